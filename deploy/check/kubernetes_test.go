package check

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

func TestKubernetesTakesReplicas(t *testing.T) {
	objects := manifests(t, "deploy/kubernetes/replicas")
	deployment := only[*appsv1.Deployment](t, objects)
	template := deployment.Spec.Template
	belongsTo(t, deployment.Spec.Selector, template)
	belongsTo(t, only[*policyv1.PodDisruptionBudget](t, objects).Spec.Selector, template)
	for _, spread := range template.Spec.TopologySpreadConstraints {
		belongsTo(t, spread.LabelSelector, template)
	}
	reaches(t, only[*corev1.Service](t, objects), template)
	restricted(t, template)
}

func TestKubernetesTakesSQLite(t *testing.T) {
	objects := manifests(t, "deploy/kubernetes/sqlite")
	set := only[*appsv1.StatefulSet](t, objects)
	template := set.Spec.Template
	belongsTo(t, set.Spec.Selector, template)
	service := only[*corev1.Service](t, objects)
	reaches(t, service, template)
	restricted(t, template)
	if *set.Spec.Replicas != 1 {
		t.Errorf("%d replicas write to one SQLite file", *set.Spec.Replicas)
	}
	if set.Spec.ServiceName != service.Name {
		t.Errorf("service %q is not there", set.Spec.ServiceName)
	}
	mount, claim := template.Spec.Containers[0].VolumeMounts[0], set.Spec.VolumeClaimTemplates[0]
	if mount.Name != claim.Name {
		t.Errorf("the volume %s is claimed, %s is mounted", claim.Name, mount.Name)
	}
}

// manifests builds a kustomization, and reads what comes out into Kubernetes' own
// types. A field that they do not have is an error.
func manifests(t *testing.T, folder string) []runtime.Object {
	t.Helper()
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), absolute(t, folder))
	if err != nil {
		t.Fatal(err)
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{appsv1.AddToScheme, corev1.AddToScheme, policyv1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	strict := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	var objects []runtime.Object
	for _, resource := range built.Resources() {
		text, err := resource.AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		object, _, err := strict.Decode(text, nil, nil)
		if err != nil {
			t.Fatalf("%s: %v", resource.CurId(), err)
		}
		objects = append(objects, object)
	}
	return objects
}

// only is the one object of a type.
func only[T runtime.Object](t *testing.T, objects []runtime.Object) (found T) {
	t.Helper()
	n := 0
	for _, object := range objects {
		if typed, ok := object.(T); ok {
			found, n = typed, n+1
		}
	}
	if n != 1 {
		t.Fatalf("%d objects are a %T", n, found)
	}
	return found
}

// belongsTo wants a selector that chooses the pods, and not all there are.
func belongsTo(t *testing.T, selector *metav1.LabelSelector, pod corev1.PodTemplateSpec) {
	t.Helper()
	chosen, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		t.Fatal(err)
	}
	if chosen.Empty() || !chosen.Matches(labels.Set(pod.Labels)) {
		t.Errorf("selector %v, labels %v", chosen, pod.Labels)
	}
}

// reaches wants a Service, and probes, that lead to ports of the container.
func reaches(t *testing.T, service *corev1.Service, pod corev1.PodTemplateSpec) {
	t.Helper()
	belongsTo(t, &metav1.LabelSelector{MatchLabels: service.Spec.Selector}, pod)
	container := pod.Spec.Containers[0]
	ports := map[string]bool{}
	for _, port := range container.Ports {
		ports[port.Name] = true
	}
	wanted := []string{service.Spec.Ports[0].TargetPort.StrVal}
	for _, probe := range []*corev1.Probe{container.StartupProbe, container.ReadinessProbe, container.LivenessProbe} {
		if probe == nil || probe.HTTPGet == nil {
			t.Fatal("a probe is missing")
		}
		wanted = append(wanted, probe.HTTPGet.Port.StrVal)
	}
	for _, name := range wanted {
		if !ports[name] {
			t.Errorf("no port is called %q", name)
		}
	}
}

// restricted holds the pod against the strictest of Kubernetes' Pod Security
// Standards, with the code of the API server.
func restricted(t *testing.T, pod corev1.PodTemplateSpec) {
	t.Helper()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	for _, result := range evaluator.EvaluatePod(level, &pod.ObjectMeta, &pod.Spec) {
		if !result.Allowed {
			t.Errorf("%s: %s", result.ForbiddenReason, result.ForbiddenDetail)
		}
	}
	if !*pod.Spec.Containers[0].SecurityContext.ReadOnlyRootFilesystem {
		t.Error("the file system can be written")
	}
}
