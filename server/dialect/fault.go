package dialect

// Faults are what mock mode is told to do wrong, so that people can test what
// their app does then. Serve mode has none.
type Faults interface {
	// Fault is the fault of the Site with that key; "" for none. It is one that
	// the [FaultChecker] of the Site's Dialect takes.
	Fault(site string) string
}

// FaultChecker is a Dialect that can be told to do something wrong.
type FaultChecker interface {
	// CheckFault says why there is no such fault, if there is none.
	CheckFault(fault string) error
}

// Fault is the fault of the Site with that key; "" for none.
func (d Deps) Fault(site string) string {
	if d.Faults == nil {
		return ""
	}
	return d.Faults.Fault(site)
}
