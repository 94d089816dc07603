package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
)

// statement is one prepared on the writer's connection. It goes past
// database/sql, whose locks, conversions and allocations would cost as much as
// the hot path's own work.
type statement struct {
	conn     *sql.Conn
	prepared preparedStmt
	values   []driver.NamedValue // given last; kept to be used again
	row      []driver.Value      // got last
}

// preparedStmt is what the driver's statements can do.
type preparedStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

func prepare(ctx context.Context, conn *sql.Conn, text string) (*statement, error) {
	s := &statement{conn: conn}
	err := conn.Raw(func(raw any) error {
		prepared, err := raw.(driver.ConnPrepareContext).PrepareContext(ctx, text)
		if err == nil {
			s.prepared = prepared.(preparedStmt)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", text, err)
	}
	return s, nil
}

// exec runs the statement and tells how many rows it changed.
func (s *statement) exec(values ...driver.Value) (changed int64, err error) {
	s.give(values)
	err = s.conn.Raw(func(any) error {
		result, err := s.prepared.ExecContext(context.Background(), s.values)
		if err == nil {
			changed, err = result.RowsAffected()
		}
		return err
	})
	return changed, err
}

// query runs the statement and tells its first row, or nil if there is none. The
// row is good until the next query.
func (s *statement) query(values ...driver.Value) (row []driver.Value, err error) {
	s.give(values)
	err = s.conn.Raw(func(any) error {
		rows, err := s.prepared.QueryContext(context.Background(), s.values)
		if err != nil {
			return err
		}
		if s.row == nil {
			s.row = make([]driver.Value, len(rows.Columns()))
		}
		if err = rows.Next(s.row); err == nil {
			row = s.row
		} else if err == io.EOF {
			err = nil
		}
		return errors.Join(err, rows.Close())
	})
	return row, err
}

func (s *statement) give(values []driver.Value) {
	s.values = s.values[:0]
	for i, value := range values {
		s.values = append(s.values, driver.NamedValue{Ordinal: i + 1, Value: value})
	}
}

func (s *statement) close() error {
	return s.conn.Raw(func(any) error { return s.prepared.Close() })
}
