package load

// MeasuredOf is what operations have come to that took so many microseconds.
func MeasuredOf(latencies ...uint32) *Measured {
	m := &Measured{latencies: latencies}
	m.sort()
	return m
}

// Member is member.
func Member(body, name string) string { return member([]byte(body), name) }
