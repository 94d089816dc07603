package metrics_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/captchad/captchad/server/metrics"
	"github.com/goccy/go-yaml"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

const (
	dashboardFile = "../../deploy/grafana/captchad.json"
	alertsFile    = "../../deploy/prometheus/alerts.yml"
)

// scrapeLabels are what Prometheus adds to all that it scrapes.
var scrapeLabels = []string{"job", "instance"}

// exposed are the names of all series with their labels: those of histograms in all
// their parts.
func exposed(t *testing.T, m *metrics.Metrics) map[string][]string {
	t.Helper()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(scrape(t, m)))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{"up": scrapeLabels} // Prometheus' own
	for name, family := range families {
		labels := slices.Clone(scrapeLabels)
		for _, metric := range family.Metric {
			for _, pair := range metric.Label {
				labels = append(labels, pair.GetName())
			}
		}
		found[name] = labels
		if family.Metric[0].Histogram != nil {
			found[name+"_count"], found[name+"_sum"], found[name+"_bucket"] = labels, labels, append(labels, "le")
		}
	}
	return found
}

// query is what a PromQL expression asks for, as far as a test needs to know.
type query struct {
	names  []string            // of series
	labels map[string][]string // that are filtered by, of each
	by     []string            // labels that are grouped by
}

var (
	ranges      = regexp.MustCompile(`\[[^\]]*\]`)
	groupings   = regexp.MustCompile(`\b(?:by|without|on|ignoring)\s*\(([^)]*)\)`)
	selectors   = regexp.MustCompile(`([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\{[^}]*\}|\()?`)
	filters     = regexp.MustCompile(`^([a-z_]+)(=|!=|=~|!~)"[^"]*"$`)
	operators   = []string{"and", "or", "unless", "bool"}
	ofGrafana   = strings.NewReplacer("$__rate_interval", "5m", "$__range", "1h")
	parentheses = regexp.MustCompile(`\([^()]*\)`)
)

// parse reads an expression. It is no parser of PromQL, but finds every name in it.
func parse(expression string) (q query, problems []string) {
	rest := ranges.ReplaceAllString(ofGrafana.Replace(expression), "")
	for open := rest; ; open = parentheses.ReplaceAllString(open, "") {
		if !parentheses.MatchString(open) {
			if strings.ContainsAny(open, "()") || strings.Count(open, "{") != strings.Count(open, "}") {
				problems = append(problems, "something is not closed")
			}
			break
		}
	}
	for _, group := range groupings.FindAllStringSubmatch(rest, -1) {
		for label := range strings.SplitSeq(group[1], ",") {
			q.by = append(q.by, strings.TrimSpace(label))
		}
	}
	rest = groupings.ReplaceAllString(rest, "")
	q.labels = map[string][]string{}
	for _, found := range selectors.FindAllStringSubmatch(rest, -1) {
		name, behind := found[1], found[2]
		if behind == "(" || slices.Contains(operators, name) { // a function
			continue
		}
		q.names = append(q.names, name)
		for filter := range strings.SplitSeq(strings.Trim(behind, "{}"), ",") {
			if filter == "" {
				continue
			}
			parts := filters.FindStringSubmatch(filter)
			if parts == nil {
				problems = append(problems, "no filter: "+filter)
				continue
			}
			q.labels[name] = append(q.labels[name], parts[1])
		}
	}
	return q, problems
}

// shows tells whether one of the series has the label.
func (q query) shows(label string, series map[string][]string) bool {
	return slices.ContainsFunc(q.names, func(name string) bool { return slices.Contains(series[name], label) })
}

// wrongWith says what a query asks for that there is not.
func wrongWith(expression string, series map[string][]string) []string {
	q, problems := parse(expression)
	for _, name := range q.names {
		labels, known := series[name]
		if !known {
			problems = append(problems, "no metric is called "+name)
			continue
		}
		for _, label := range q.labels[name] {
			if !slices.Contains(labels, label) {
				problems = append(problems, name+" has no label "+label)
			}
		}
	}
	for _, label := range q.by {
		if !q.shows(label, series) {
			problems = append(problems, "nothing in it has the label "+label)
		}
	}
	if len(q.names) == 0 {
		problems = append(problems, "it asks for nothing")
	}
	return problems
}

var shownLabels = regexp.MustCompile(`\{\{\s*(?:\$labels\.)?([a-z_]+)\s*\}\}`)

func TestWhatIsWrongWithAQueryIsFound(t *testing.T) {
	series := exposed(t, everything(t))
	for query, ok := range map[string]bool{
		`sum by (dialect) (rate(captchad_http_requests_total{code="ok"}[5m]))`:               true,
		`histogram_quantile(0.9, sum by (le) (rate(captchad_ledger_batch_size_bucket[5m])))`: true,
		`sum by (nonsense) (rate(captchad_http_requests_total[5m]))`:                         false,
		`captchad_http_requests_total{nonsense="x"}`:                                         false,
		`captchad_nonsense`:             false,
		`captchad_http_requests_total{`: false,
		`histogram_quantile(0.9, sum by (le) (rate(captchad_http_requests_total[$__rate_interval])))`: false,
	} {
		if problems := wrongWith(query, series); (len(problems) == 0) != ok {
			t.Errorf("%s: %v", query, problems)
		}
	}
}

func TestTheDashboardAsksForWhatThereIs(t *testing.T) {
	text, err := os.ReadFile(dashboardFile)
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		SchemaVersion int
		Templating    struct {
			List []struct{ Name, Type, Definition string }
		}
		Panels []struct {
			ID      int
			Title   string
			Type    string
			GridPos struct{ H, W, X, Y int }
			Targets []struct{ Expr, LegendFormat string }
		}
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	series := exposed(t, everything(t))
	asked, ids, queries := map[string]bool{}, map[int]bool{}, 0
	for _, panel := range dashboard.Panels {
		if ids[panel.ID] || panel.GridPos.X+panel.GridPos.W > 24 {
			t.Errorf("%s: panel %d is there twice, or too wide", panel.Title, panel.ID)
		}
		ids[panel.ID] = true
		for _, target := range panel.Targets {
			queries++
			for _, problem := range wrongWith(target.Expr, series) {
				t.Errorf("%s: %s\n%s", panel.Title, problem, target.Expr)
			}
			q, _ := parse(target.Expr)
			for _, name := range q.names {
				asked[name] = true
			}
			for _, shown := range shownLabels.FindAllStringSubmatch(target.LegendFormat, -1) {
				if !q.shows(shown[1], series) {
					t.Errorf("%s shows %s, which %v have not", panel.Title, shown[1], q.names)
				}
			}
		}
	}
	values := regexp.MustCompile(`^label_values\((.*), (\w+)\)$`)
	for _, variable := range dashboard.Templating.List {
		if variable.Type != "query" {
			continue
		}
		found := values.FindStringSubmatch(variable.Definition)
		if found == nil || wrongWith("count by ("+found[2]+") ("+found[1]+")", series) != nil {
			t.Errorf("the values of $%s: %s", variable.Name, variable.Definition)
		}
	}
	if queries < 20 || dashboard.SchemaVersion < 39 {
		t.Errorf("%d queries, schema version %d: that is no dashboard of a current Grafana", queries, dashboard.SchemaVersion)
	}
	for name := range series { // what is counted, somebody should see
		base := strings.TrimSuffix(name, "_count")
		if strings.HasPrefix(name, "captchad_") && !slices.ContainsFunc([]string{base, base + "_bucket", base + "_sum"}, func(n string) bool { return asked[n] }) &&
			!strings.HasSuffix(name, "_bucket") && !strings.HasSuffix(name, "_sum") {
			t.Errorf("no panel shows %s", name)
		}
	}
}

func TestTheAlertsAskForWhatThereIs(t *testing.T) {
	text, err := os.ReadFile(alertsFile)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	if err := yaml.UnmarshalWithOptions(text, &file, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	series := exposed(t, everything(t))
	seen := map[string]bool{}
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			if seen[rule.Alert] || rule.Alert == "" || rule.Labels["severity"] == "" {
				t.Errorf("alert %q: want a name of its own, and a severity", rule.Alert)
			}
			seen[rule.Alert] = true
			for _, problem := range wrongWith(rule.Expr, series) {
				t.Errorf("%s: %s", rule.Alert, problem)
			}
			q, _ := parse(rule.Expr)
			for _, shown := range shownLabels.FindAllStringSubmatch(rule.Annotations["summary"], -1) {
				if !q.shows(shown[1], series) {
					t.Errorf("%s tells the label %s, which nothing in it has", rule.Alert, shown[1])
				}
			}
		}
	}
	if len(seen) < 10 {
		t.Errorf("only %d alerts", len(seen))
	}
}
