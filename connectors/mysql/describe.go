package mysql

import (
	"context"
	"database/sql/driver"
	"fmt"

	"waybill/internal/source"
)

// Describe implements source.Describer. A server that replicates is a replica,
// and so, where its state may not be seen, is one that is read-only for everybody.
func (c *connector) Describe(ctx context.Context) (source.Server, error) {
	var s source.Server
	err := c.persist(ctx, func(ctx context.Context, on *session) (err error) {
		s, err = c.describe(ctx, on)
		return err
	})
	if err != nil {
		return source.Server{}, fmt.Errorf("describe %s: %w", c.name, reason(ctx, err))
	}
	return s, nil
}

func (c *connector) describe(ctx context.Context, on *session) (source.Server, error) {
	var version, comment, user string
	err := on.conn.Raw(func(raw any) (err error) {
		if version, comment, err = identity(ctx, raw.(driver.Conn)); err != nil {
			return err
		}
		return c.dialect.prove(ctx, raw.(driver.Conn))
	})
	if err != nil {
		return source.Server{}, err
	}
	if err := on.conn.QueryRowContext(ctx, "SELECT current_user()").Scan(&user); err != nil {
		return source.Server{}, err
	}
	closed, err := on.closed(ctx)
	if err != nil {
		return source.Server{}, err
	}
	s := source.Server{Version: c.dialect.version(version, comment), Role: "primary", User: user, ReadOnly: true}
	lag, replica, err := c.replicaLag(ctx, on.conn)
	switch {
	case number(err) == rightMissing:
		s.Missing = append(s.Missing, "REPLICATION CLIENT ON *.* (MariaDB: SLAVE MONITOR), to see a replica's lag")
	case err != nil:
		return s, err
	case replica && lag != source.StoppedLag:
		s.Lag = &lag
	}
	if replica || closed {
		s.Role = "replica"
	}
	return s, nil
}

// closed tells whether the server is read-only for everybody.
func (s *session) closed(ctx context.Context) (on bool, err error) {
	err = s.conn.QueryRowContext(ctx, "SELECT @@global.read_only").Scan(&on)
	if number(err) == unknownVariable { // a relative that cannot be
		return false, nil
	}
	return on, err
}
