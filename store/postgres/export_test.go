package postgres

// What tests reach in for.
const (
	Margin    = margin
	AuditTurn = auditTurn
)
