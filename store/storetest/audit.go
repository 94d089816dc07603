package storetest

import (
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
)

// OpenAudit opens the audit log that is in home.
type OpenAudit func(t *testing.T, home string) captcha.AuditLog

// Audit holds an audit log to its laws.
func Audit(t *testing.T, open OpenAudit) {
	for _, law := range auditLaws {
		t.Run(law.name, func(t *testing.T) { law.test(t, fresh(t, open)) })
	}
}

// DurableAudit holds an audit log that outlives its process to its laws.
func DurableAudit(t *testing.T, open OpenAudit) {
	Audit(t, open)
	t.Run("the audit log survives reopening", func(t *testing.T) {
		home := t.TempDir()
		log := open(t, home)
		appendAudit(t, log, entry(1))
		log = reopened(t, log, home, open)
		appendAudit(t, log, entry(2))
		expectAudit(t, log, captcha.AuditFilter{}, entry(1), entry(2))
	})
}

var auditLaws = []struct {
	name string
	test func(t *testing.T, log captcha.AuditLog)
}{
	{"entries come back as they were, in their order", auditRoundTrip},
	{"what is not known of an entry stays unknown", auditUnknown},
	{"entries are found by each thing that can be asked for, and by several", auditFilters},
	{"entries are read in pages", auditPages},
	{"old entries are dropped, so many at a time", auditTrimmed},
	{"a number is not given twice, even after all entries were dropped", auditNumbers},
	{"nothing is appended without a fuss", func(t *testing.T, log captcha.AuditLog) {
		appendAudit(t, log)
		expectAudit(t, log, captcha.AuditFilter{})
	}},
}

// entry is the n-th of some that differ in everything.
func entry(n int) captcha.AuditEntry {
	steps := []captcha.Step{captcha.Answered, captcha.Redeemed, captcha.Checked}
	codes := []captcha.Code{"", captcha.Wrong, captcha.Used}
	return captcha.AuditEntry{
		At: now.Add(time.Duration(n) * time.Minute), Step: steps[n%3], Dialect: "native", Site: string(rune('a' + n)),
		Kind: captcha.KindSlider, ID: newChallenge(n).ID, Code: codes[n%3], Address: "10.0.0." + string(rune('0'+n)),
	}
}

func entries(from, to int) (some []captcha.AuditEntry) {
	for n := from; n <= to; n++ {
		some = append(some, entry(n))
	}
	return some
}

func appendAudit(t *testing.T, log captcha.AuditLog, entries ...captcha.AuditEntry) {
	t.Helper()
	must(t, log.AppendAudit(t.Context(), entries))
}

// expectAudit sees that the filter finds these entries, whatever their numbers.
func expectAudit(t *testing.T, log captcha.AuditLog, filter captcha.AuditFilter, want ...captcha.AuditEntry) {
	t.Helper()
	found, err := log.Audit(t.Context(), filter, 1000)
	must(t, err)
	last := filter.After
	for i := range found {
		if found[i].Seq <= last {
			t.Errorf("number %d comes after %d", found[i].Seq, last)
		}
		last, found[i].Seq = found[i].Seq, 0
	}
	same(t, "the entries", want, found)
}

func auditRoundTrip(t *testing.T, log captcha.AuditLog) {
	appendAudit(t, log, entries(0, 2)...)
	appendAudit(t, log, entries(3, 5)...)
	expectAudit(t, log, captcha.AuditFilter{}, entries(0, 5)...)
}

func auditUnknown(t *testing.T, log captcha.AuditLog) {
	bare := captcha.AuditEntry{At: now, Step: captcha.Issued, Dialect: "native", Site: "a"}
	appendAudit(t, log, bare)
	expectAudit(t, log, captcha.AuditFilter{}, bare)
}

func auditFilters(t *testing.T, log captcha.AuditLog) {
	appendAudit(t, log, entries(0, 8)...)
	for name, c := range map[string]struct {
		filter captcha.AuditFilter
		want   []captcha.AuditEntry
	}{
		"since, with that instant":       {captcha.AuditFilter{Since: entry(6).At}, entries(6, 8)},
		"until, without that instant":    {captcha.AuditFilter{Until: entry(2).At}, entries(0, 1)},
		"a step":                         {captcha.AuditFilter{Step: captcha.Redeemed}, []captcha.AuditEntry{entry(1), entry(4), entry(7)}},
		"a site":                         {captcha.AuditFilter{Site: "c"}, entries(2, 2)},
		"a challenge":                    {captcha.AuditFilter{ID: entry(3).ID}, entries(3, 3)},
		"a refusal":                      {captcha.AuditFilter{Code: captcha.Used}, []captcha.AuditEntry{entry(2), entry(5), entry(8)}},
		"no refusal":                     {captcha.AuditFilter{Done: true}, []captcha.AuditEntry{entry(0), entry(3), entry(6)}},
		"a step and a time":              {captcha.AuditFilter{Step: captcha.Redeemed, Since: entry(2).At}, []captcha.AuditEntry{entry(4), entry(7)}},
		"a site's steps that never were": {captcha.AuditFilter{Site: "c", Step: captcha.Issued}, nil},
	} {
		t.Run(name, func(t *testing.T) { expectAudit(t, log, c.filter, c.want...) })
	}
}

func auditPages(t *testing.T, log captcha.AuditLog) {
	appendAudit(t, log, entries(0, 4)...)
	first, err := log.Audit(t.Context(), captcha.AuditFilter{}, 2)
	must(t, err)
	if len(first) != 2 {
		t.Fatalf("got %d entries, want 2", len(first))
	}
	expectAudit(t, log, captcha.AuditFilter{After: first[1].Seq}, entries(2, 4)...)
}

func auditTrimmed(t *testing.T, log captcha.AuditLog) {
	appendAudit(t, log, entries(0, 5)...)
	total := 0
	for range 3 {
		dropped, err := log.TrimAudit(t.Context(), entry(4).At, 3)
		must(t, err)
		if dropped > 3 {
			t.Errorf("%d were dropped at once, want at most 3", dropped)
		}
		total += dropped
	}
	if total != 4 {
		t.Errorf("%d were dropped, want 4", total)
	}
	expectAudit(t, log, captcha.AuditFilter{}, entries(4, 5)...)
}

func auditNumbers(t *testing.T, log captcha.AuditLog) {
	appendAudit(t, log, entries(0, 1)...)
	before, err := log.Audit(t.Context(), captcha.AuditFilter{}, 10)
	must(t, err)
	_, err = log.TrimAudit(t.Context(), entry(8).At, 10)
	must(t, err)
	appendAudit(t, log, entry(2))
	expectAudit(t, log, captcha.AuditFilter{After: before[1].Seq}, entry(2))
}
