package cli

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"waybill/internal/batch"
	"waybill/internal/classify"
	"waybill/internal/detect"
)

type explainCmd struct {
	kindFlags
	File    string `arg:"" optional:"" name:"FILE" help:"Values, one a line; - is standard input. Without it only the name, comment and type speak."`
	Name    string `placeholder:"COLUMN" help:"The column's name."`
	Comment string `placeholder:"TEXT" help:"The column's comment."`
	Type    string `placeholder:"TYPE" help:"The column's type, as the store prints it."`
	Table   string `placeholder:"TABLE" help:"The table's name."`
	JSON    bool   `name:"json" help:"Judge every line by itself and print one object a line."`
	Text    bool   `help:"Lines are running text, such as a log: tell what stands where in them, an object a line that holds anything."`
}

func (c *explainCmd) Help() string {
	return `Values are read, checked and forgotten: the output names checks and counts.

  waybill explain --name lxdh --comment 联系电话            what the name alone tells
  cut -d, -f3 users.csv | waybill explain --name sfzh -     a column with its values
  waybill explain --json - < values.txt                     every value by itself
  waybill explain --text app.log                            personal data inside running text`
}

// maxValue bounds one line of input in bytes.
const maxValue = 16 << 20

// Run explains a column, or every line.
func (c *explainCmd) Run(a *app) error {
	if c.File == "" && c.Name == "" && c.Comment == "" {
		return usage(errors.New("nothing to explain: give values (FILE or -), --name or --comment"))
	}
	set, err := c.set()
	if err != nil {
		return err
	}
	cl := classify.New(set)
	t := classify.Table{Name: c.Table}
	col := classify.Column{Name: c.Name, Comment: c.Comment, Type: c.Type}
	in, err := c.open(a)
	if err != nil {
		return err
	}
	defer in.Close()
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), maxValue)
	if c.Text {
		return inText(a.out, set, lines)
	}
	if c.JSON {
		return c.each(a, set, cl, t, col, lines)
	}
	var values [][]byte
	for lines.Scan() {
		values = append(values, slices.Clone(lines.Bytes()))
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read values: %w", err)
	}
	list := cl.Explain(t, col, values)
	if err := traces(a.out, list); err != nil || slices.ContainsFunc(list, takesWhole) {
		return err
	}
	return spansWithin(a.out, set, values)
}

func (c *explainCmd) open(a *app) (io.ReadCloser, error) {
	switch c.File {
	case "":
		return io.NopCloser(strings.NewReader("")), nil
	case "-":
		return io.NopCloser(a.in), nil
	}
	f, err := os.Open(c.File)
	if err != nil {
		return nil, usage(err)
	}
	return f, nil
}

// takesWhole tells whether a kind won by values that are nothing else.
func takesWhole(t classify.Trace) bool { return t.Won && t.Spec.Evidence != detect.ByText }

// traces prints why kinds won or lost: a line a kind, and below it how the
// first value fared. Kinds without checks of their own that share their form with
// the values, such as every kind of number, are no news and only counted.
func traces(w io.Writer, list []classify.Trace) error {
	near := slices.DeleteFunc(slices.Clone(list), func(t classify.Trace) bool {
		return !t.Won && t.Confidence == 0 && t.Words == "silent" && t.Values == "form" && !passes(t.Checks)
	})
	if len(near) == 0 {
		fmt.Fprintln(w, "no kind of personal data came near")
	}
	var heads bytes.Buffer
	tw := tabwriter.NewWriter(&heads, 0, 0, 2, ' ', 0)
	for _, t := range near {
		fmt.Fprintf(tw, "%s\t%s\t%.2f\twords %s\tvalues %s\t%d of %d\t%s\n", yesNo(t.Won), t.Kind, t.Confidence, t.Words, t.Values, t.Yes+t.Weak, t.Sampled,
			cmp.Or(t.Why, formOf(t)+"grounds: "+strings.Join(t.Grounds, ", ")))
	}
	tw.Flush()
	for _, t := range near {
		head, err := heads.ReadString('\n')
		if err != nil {
			return err
		}
		io.WriteString(w, head+checks(t.Checks))
	}
	if n := len(list) - len(near); n > 0 {
		_, err := fmt.Fprintf(w, "%d more kinds have this form; a name or a comment would tell\n", n)
		return err
	}
	return nil
}

// passes tells whether there are several checks and none fails.
func passes(list []detect.Check) bool {
	return len(list) > 1 && !slices.ContainsFunc(list, func(c detect.Check) bool { return !c.OK })
}

// formOf tells how a winner's values are kept where that is not plainly.
func formOf(t classify.Trace) string {
	if t.Form == classify.Plain {
		return ""
	}
	return "values are " + t.Form + "; "
}

// checks names those the first value passes and those it fails.
func checks(list []detect.Check) string {
	var text strings.Builder
	for _, side := range []bool{true, false} {
		var names []string
		for _, c := range list {
			if c.OK == side {
				names = append(names, c.Name)
			}
		}
		if len(names) > 0 {
			fmt.Fprintf(&text, "     %s: %s\n", passed(side), strings.Join(names, "; "))
		}
	}
	return text.String()
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func passed(ok bool) string {
	if ok {
		return "passes"
	}
	return "fails"
}

// judged is one line of --json.
type judged struct {
	Line  int      `json:"line"`
	Kinds []string `json:"kinds"`
	Near  []nearBy `json:"near"`
	// Inside is what stands in a value that is a text and of no kind itself.
	Inside []textSpan `json:"inside,omitempty"`
}

// nearBy is a kind whose checks a value passed in part.
type nearBy struct {
	Kind   string `json:"kind"`
	Failed string `json:"failed"`
}

// each judges every line by itself.
func (c *explainCmd) each(a *app, set *detect.Set, cl *classify.Classifier, t classify.Table, col classify.Column, lines *bufio.Scanner) error {
	hinted := map[string]bool{}
	for _, f := range cl.Name(t, col) {
		hinted[f.Kind] = true
	}
	out := bufio.NewWriter(a.out)
	enc := json.NewEncoder(out)
	b := batch.New(col.Name)
	var marks batch.Marks
	look := newTextLooker(set)
	for n := 1; lines.Scan(); n++ {
		b.Reset()
		b.Column(0).Append(lines.Bytes())
		b.EndRow()
		j := judged{Line: n, Kinds: []string{}, Near: []nearBy{}}
		for _, d := range set.All() {
			kind := d.Spec().Kind
			if late := scanAlone(d, b.Column(0), &marks); late != "" {
				j.Near = append(j.Near, nearBy{kind, late})
				continue
			}
			m := marks.At(0)
			byValue := d.Spec().Evidence == detect.ByValue
			if m == batch.Yes || (m == batch.Filler || m == batch.Weak) && byValue || m == batch.Weak && hinted[kind] {
				j.Kinds = append(j.Kinds, kind)
			} else if failed := firstFailed(d, lines.Bytes()); failed != "" {
				j.Near = append(j.Near, nearBy{kind, failed})
			}
		}
		if len(j.Kinds) == 0 {
			j.Inside = look.within(lines.Bytes())
		}
		if err := enc.Encode(j); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read values: %w", err)
	}
	return out.Flush()
}

// scanAlone marks one value; of a rule that did not decide in time it returns
// which limit that was.
func scanAlone(d detect.Detector, col *batch.Column, m *batch.Marks) string {
	l, ok := d.(detect.Limited)
	if !ok {
		d.Scan(col, m)
		return ""
	}
	var e detect.Effort
	l.ScanWithin(col, m, &e)
	if e.Undecided() == 0 {
		return ""
	}
	return fmt.Sprintf("pattern, within %v", l.Limit())
}

// firstFailed is the first check a value failed, where it passed another.
func firstFailed(d detect.Detector, v []byte) string {
	e, ok := d.(detect.Explainer)
	if !ok {
		return ""
	}
	checks := e.Explain(v)
	passedAny, failed := false, ""
	for _, c := range checks {
		passedAny = passedAny || c.OK
		if !c.OK && failed == "" {
			failed = c.Name
		}
	}
	if !passedAny {
		return ""
	}
	return failed
}
