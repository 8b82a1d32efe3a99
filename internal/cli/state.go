package cli

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"waybill/internal/law"
	"waybill/internal/report"
)

// A state directory holds, beside the census's parts, the name of the scan that
// has not finished, and the report of the one that has.
const (
	runName   = "run.json"
	stateName = "report.json"
)

// unfinished is a scan that was begun into a state directory.
type unfinished struct {
	Run  string   `json:"run"`
	AsOf law.Date `json:"as_of"`
}

// goOn finds the scan in a state directory that did not finish. A scan goes on for
// the day it was begun for: for another one there is none.
func goOn(dir string, asOf *law.Date) (u unfinished, ok bool, err error) {
	path := filepath.Join(dir, runName)
	b, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return u, false, nil
	case err != nil:
		return u, false, fmt.Errorf("--state: %w", err)
	}
	if err := json.Unmarshal(b, &u); err != nil || u.Run == "" {
		return u, false, fmt.Errorf("--state: %s is damaged: remove the directory to begin anew", path)
	}
	return u, asOf == nil || asOf.Equal(u.AsOf.Time), nil
}

// begin takes up the scan that did not finish, or begins one. The caller holds
// the directory.
func begin(dir string, asOf *law.Date) (u unfinished, resumed bool, err error) {
	if u, resumed, err = goOn(dir, asOf); resumed || err != nil {
		return u, resumed, err
	}
	u = unfinished{Run: rand.Text(), AsOf: today()}
	if asOf != nil {
		u.AsOf = *asOf
	}
	b, err := json.Marshal(u)
	if err != nil {
		return u, false, err
	}
	err = writeFile(filepath.Join(dir, runName), func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
	if err != nil {
		return u, false, fmt.Errorf("--state: %w", err)
	}
	return u, false, nil
}

// settings is a digest of values that decide what a scan counts. It is keyed
// with the census's key, since URLs and options may hold secrets.
func settings(key []byte, values ...any) string {
	h := hmac.New(sha256.New, key)
	for _, v := range values {
		fmt.Fprintf(h, "%#v\n", v)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// finish keeps the report of a scan that is complete and ends it: the next one
// into the directory begins anew.
func finish(dir string, r *report.Report) error {
	if err := writeFile(filepath.Join(dir, stateName), func(w io.Writer) error { return report.WriteJSON(w, r) }); err != nil {
		return fmt.Errorf("--state: %w", err)
	}
	if err := os.Remove(filepath.Join(dir, runName)); err != nil {
		return fmt.Errorf("--state: %w", err)
	}
	return nil
}

// finished reads the report of a state directory, the scan of which has ended.
func finished(dir string) (*report.Report, error) {
	if _, err := os.Stat(filepath.Join(dir, runName)); err == nil {
		return nil, fmt.Errorf("%s: the scan has not finished: run it again with --state %s", dir, dir)
	}
	f, err := os.Open(filepath.Join(dir, stateName))
	if err != nil {
		return nil, usage(fmt.Errorf("%s is no state directory of a finished scan: %w", dir, err))
	}
	defer f.Close()
	r, err := report.ReadJSON(f)
	if err != nil {
		return nil, usage(fmt.Errorf("%s: %w", f.Name(), err))
	}
	return r, nil
}
