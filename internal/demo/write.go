package demo

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
	_ "modernc.org/sqlite" // the CRM is an SQLite file
)

// Write lays the company's stores out under dir: an SQLite CRM, a GB18030
// staff list, a file of JSON documents, a click log, and the configuration
// that scans them. Existing files are replaced. It returns the path of the
// configuration.
func (c *Company) Write(ctx context.Context, dir string) (string, error) {
	for _, d := range []string{"hr", "clinic", "ads"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			return "", err
		}
	}
	var crm []*Table
	for _, t := range c.Tables {
		var err error
		switch t.Store {
		case CRM:
			crm = append(crm, t)
		case Staff:
			err = file(filepath.Join(dir, "hr", t.Name), func(w io.Writer) error {
				return t.WriteCSV(simplifiedchinese.GB18030.NewEncoder().Writer(w), ',')
			})
		case Clinic:
			err = file(filepath.Join(dir, "clinic", t.Name), t.WriteNDJSON)
		case Adverts:
			err = file(filepath.Join(dir, "ads", t.Name), func(w io.Writer) error {
				io.WriteString(w, "\ufeff")
				return t.WriteCSV(w, ';')
			})
		}
		if err != nil {
			return "", err
		}
	}
	if err := writeSQLite(ctx, filepath.Join(dir, "crm.db"), crm); err != nil {
		return "", fmt.Errorf("crm.db: %w", err)
	}
	conf := filepath.Join(dir, "waybill.yaml")
	return conf, os.WriteFile(conf, []byte(strings.ReplaceAll(config, "DIR", filepath.ToSlash(dir))), 0o644)
}

// config is the company's waybill.yaml; DIR stands for its folder.
const config = `# The example company: every person, number and name in it is invented.
organization: {name: 示例零售有限公司, ciio: no, important_data: none_notified}
sources:
  - {name: crm, url: "sqlite://DIR/crm.db"}
  - {name: hr, url: "file://DIR/hr"}
  - {name: clinic, url: "file://DIR/clinic"}
  - {name: ads, url: "file://DIR/ads"}
flows:
  - name: hr-to-hq
    data: ["hr.staff.csv"]
    recipient: {name: Example Group GmbH, country: DE}
    means: transmit
    purpose: 集团人力资源管理
    exemption: {id: art5_hr, evidence: "集体合同 2025-03-01 第17号"}
  - name: crm-analytics
    data: ["crm.customers", "ads.clicks.csv"]
    columns: [id, xm, sfzh, mobile, email, phone]
    recipient: {name: Example Ads Inc., country: US}
    means: remote_access
    purpose: 广告效果分析
    since: {column: synced_at}
  - name: clinic-research
    data: ["clinic.visits.ndjson"]
    recipient: {name: Example Institute, country: SG}
    means: transmit
    purpose: 慢性病研究
rules: {profile: gbt45574_2025}
`

func file(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	if err := write(w); err != nil {
		f.Close()
		return err
	}
	if err := w.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// WriteCSV writes the table with a header line; NULL is the empty field.
func (t *Table) WriteCSV(w io.Writer, comma rune) error {
	c := csv.NewWriter(w)
	c.Comma = comma
	row := make([]string, len(t.Columns))
	for i, col := range t.Columns {
		row[i] = col.Name
	}
	c.Write(row)
	for _, cells := range t.Rows {
		for i, v := range cells {
			row[i], _ = v.(string)
		}
		c.Write(row)
	}
	c.Flush()
	return c.Error()
}

// WriteNDJSON writes a document a row; a dot in a column's name nests.
func (t *Table) WriteNDJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, cells := range t.Rows {
		doc := map[string]any{}
		for i, col := range t.Columns {
			at, name := doc, col.Name
			if parent, child, ok := strings.Cut(name, "."); ok {
				if doc[parent] == nil {
					doc[parent] = map[string]any{}
				}
				at, name = doc[parent].(map[string]any), child
			}
			at[name] = cells[i]
		}
		if err := enc.Encode(doc); err != nil {
			return err
		}
	}
	return nil
}

func writeSQLite(ctx context.Context, path string, tables []*Table) error {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // one session, as Exec wants
	exec := func(ctx context.Context, s string, args ...any) error {
		_, err := db.ExecContext(ctx, s, args...)
		return err
	}
	for _, t := range tables {
		if err := t.Load(ctx, exec, SQLite); err != nil {
			return err
		}
	}
	return db.Close()
}
