package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"waybill/internal/source"
)

const serverSQL = `SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1),
	current_setting('transaction_read_only'), pg_is_in_recovery()::text, current_user::text`

// missingSQL lists what the user may not read in full: schemas, relations, and
// tables whose policies would hide rows, which row_security = off makes an error.
const missingSQL = `
SELECT 'USAGE ON SCHEMA ' || quote_ident(nspname) FROM pg_namespace n
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND NOT has_schema_privilege(oid, 'USAGE')
	AND EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND relkind IN ('r', 'p', 'm', 'v', 'f'))
UNION ALL
SELECT 'SELECT ON ' || quote_ident(nspname) || '.' || quote_ident(relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'm', 'v', 'f') AND NOT relispartition AND nspname !~ '^pg_' AND nspname <> 'information_schema'
	AND NOT has_table_privilege(c.oid, 'SELECT')
UNION ALL
SELECT 'BYPASSRLS, for ' || quote_ident(nspname) || '.' || quote_ident(relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p') AND relrowsecurity AND row_security_active(c.oid) ORDER BY 1`

// Describe implements source.Describer.
func (c *connector) Describe(ctx context.Context) (source.Server, error) {
	var s source.Server
	err := c.persist(ctx, func(ctx context.Context, session *pgconn.PgConn) error {
		rows, err := query(ctx, session, serverSQL)
		if err != nil {
			return err
		}
		row := rows[0]
		s = source.Server{Version: string(row[0]), ReadOnly: string(row[1]) == "on", Role: "primary", User: string(row[3])}
		if string(row[2]) == "true" {
			s.Role = "replica"
			lag, err := c.replicaLag(ctx, session)
			if err != nil {
				return err
			}
			s.Lag = &lag
		}
		missing, err := query(ctx, session, missingSQL)
		for _, row := range missing {
			s.Missing = append(s.Missing, string(row[0]))
		}
		return err
	})
	if err != nil {
		return source.Server{}, fmt.Errorf("describe %s: %w", c.name, reason(ctx, err))
	}
	return s, nil
}
