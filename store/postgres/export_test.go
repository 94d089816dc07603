package postgres

// AuditTurn is what tests reach in for.
const AuditTurn = auditTurn
