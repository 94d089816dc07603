// Package rows is what the stores in SQL databases have in common: how Sites, keys
// and Records look as rows, and a [Directory], which keeps Sites and keys by gorm.
// It does not know one database from another; what differs is in their folders.
package rows
