package mysql

import (
	"context"
	"fmt"
	"strings"

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
	var version, user string
	var closed bool
	if err := on.conn.QueryRowContext(ctx, "SELECT version(), current_user(), @@global.read_only").Scan(&version, &user, &closed); err != nil {
		return source.Server{}, err
	}
	s := source.Server{Version: "MySQL " + version, Role: "primary", User: user}
	if number, _, ok := strings.Cut(version, "-MariaDB"); ok {
		s.Version = "MariaDB " + number
	}
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
	s.ReadOnly, err = c.readOnly(ctx, on)
	return s, err
}

// readOnly asks the server about the session.
func (c *connector) readOnly(ctx context.Context, s *session) (on bool, err error) {
	for _, variable := range readOnlyVariables {
		err = s.conn.QueryRowContext(ctx, "SELECT @@session."+variable).Scan(&on)
		if number(err) != unknownVariable {
			break
		}
	}
	return on, err
}
