package tracing

import (
	"context"
	"net/http"
	"strings"

	"github.com/captchad/captchad/server"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// The names of what spans tell; those of HTTP are OpenTelemetry's.
const (
	attrDialect = "captchad.dialect"
	attrSite    = "captchad.site"
	attrKind    = "captchad.kind"
	attrCode    = "captchad.code" // why it was refused; not there if it was not
)

// Watch traces the requests to Dialects; probes and scanners are of no interest. The
// trace that a request says to belong to is believed if it came through a proxy that
// is believed about addresses: a stranger could else have everything of his sampled,
// and write into the traces of others.
func (t *Tracing) Watch(ctx context.Context, r server.Request) (context.Context, func(server.Answer)) {
	if r.Dialect == "" {
		return ctx, func(server.Answer) {}
	}
	if r.Header.Get("Traceparent") != "" && r.Proxied() {
		ctx = t.remote.Extract(ctx, propagation.HeaderCarrier(r.Header))
	}
	ctx, span := t.tracer.Start(ctx, strings.TrimSpace(r.Method+" "+r.Route), trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
		attribute.String("http.request.method", r.Method), attribute.String("http.route", r.Route), attribute.String(attrDialect, r.Dialect)))
	return ctx, func(a server.Answer) {
		defer span.End()
		span.SetAttributes(attribute.Int("http.response.status_code", a.Status))
		if a.Code != "" {
			span.SetAttributes(attribute.String(attrCode, a.Code))
		}
		if a.Status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, "")
		}
	}
}
