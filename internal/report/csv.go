package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"waybill/internal/law"
)

// WriteCSV writes the inventory, a line a finding, as UTF-8 with a byte-order
// mark, which spreadsheets need to show Chinese. A cell that a spreadsheet
// would run as a formula is quoted with an apostrophe.
func WriteCSV(w io.Writer, r *Report) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.Write([]string{"source", "dataset", "column", "type", "comment", "party", "kind", "kind_zh", "confidence", "grounds", "matched", "sampled",
		string(law.GBT45574), string(law.GBT35273), "examples", "in_text", "jrt0171", "level", "subject", "subject_zh", "subject_grounds", "bytes_read"})
	for _, d := range r.Datasets {
		for _, col := range d.Columns {
			for _, f := range col.Findings {
				row := []string{d.Source, d.Name, col.Name, col.Type, col.Comment, col.Group, f.Kind, f.Zh,
					strconv.FormatFloat(f.Confidence, 'f', 2, 64), strings.Join(f.Grounds, " "), strconv.Itoa(f.Matched), strconv.Itoa(f.Sampled),
					yes(f.Sensitive[law.GBT45574]), yes(f.Sensitive[law.GBT35273]), strings.Join(f.Examples, " | "), yes(f.InText), f.JRT0171, f.Level,
					d.Subject, subjectName(d.Subject).Zh, strings.Join(d.SubjectGrounds, " | "), strconv.FormatInt(d.BytesRead, 10)}
				c.Write(inertAll(row))
			}
		}
	}
	c.Flush()
	return c.Error()
}

// WriteCandidatesCSV writes the candidates, a line each, in both languages, as
// WriteCSV writes the inventory.
func WriteCandidatesCSV(w io.Writer, r *Report) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.Write([]string{"id", "sector", "sector_zh", "grade", "grade_zh", "standing", "standing_zh", "state", "state_zh", "count_low", "count_high", "threshold",
		"datasets", "kinds", "text", "text_zh", "note", "note_zh", "cite", "cite_zh", "conf", "reason", "reason_zh", "flows"})
	for _, v := range r.candidatesView().all() {
		d := v.Candidate
		row := []string{d.ID, v.Sector.En, v.Sector.Zh, v.Grade.En, v.Grade.Zh, string(d.Standing), v.Standing.Zh, d.State, msg("candidates.decide").Zh, "", "", "",
			strings.Join(d.Datasets, " | "), strings.Join(d.Kinds, " | "), v.Words.En, v.Words.Zh, v.Note.En, v.Note.Zh, v.Cite.En, v.Cite.Zh, string(d.Conf), v.Reason().En, v.Reason().Zh, strings.Join(d.Flows, " | ")}
		if d.Count != nil {
			row[9], row[10] = csvCount(d.Count.Low), csvCount(d.Count.High)
		}
		if d.Threshold > 0 {
			row[11] = strconv.FormatInt(d.Threshold, 10)
		}
		c.Write(inertAll(row))
	}
	c.Flush()
	return c.Error()
}

// csvCount is empty where there is no upper limit.
func csvCount(n int64) string {
	if n == law.Anything.High {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func inertAll(row []string) []string {
	for i, cell := range row {
		row[i] = inert(cell)
	}
	return row
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// inert keeps a cell from being a formula.
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
