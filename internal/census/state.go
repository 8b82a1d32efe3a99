package census

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// state is a directory of committed parts, held by one process at a time.
type state struct {
	c    *Census
	dir  string
	lock *StateLock // nil = the caller's, who lets it go

	mu    sync.Mutex
	parts map[string]*manifest
}

const stateLock = "lock"

// StateLock is a state directory that this process holds. It lets a caller keep
// files of its own beside the parts.
type StateLock struct{ file *os.File }

// LockState makes the directory where there is none, and holds it until Close. It
// fails where another process does.
func LockState(dir string) (*StateLock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("census state: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(dir, stateLock), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("census state: %w", err)
	}
	if !tryLock(lock) {
		return nil, errors.Join(fmt.Errorf("census state %s: another process uses it", dir), lock.Close())
	}
	return &StateLock{lock}, nil
}

// Close lets the directory go. That of nil does nothing.
func (l *StateLock) Close() error {
	if l == nil {
		return nil
	}
	return l.file.Close()
}

// openState opens the directory, which the caller may hold, and removes what was
// never committed.
func openState(c *Census, dir string, held *StateLock) (_ *state, err error) {
	s := &state{c: c, dir: dir}
	if held == nil {
		if s.lock, err = LockState(dir); err != nil {
			return nil, err
		}
	}
	if s.parts, err = readParts(dir, c.cfg.Key, c.check); err == nil {
		err = s.clean()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("census state %s: %w", dir, err), s.close())
	}
	return s, nil
}

// readParts reads the manifests in a directory, by the parts' names.
func readParts(dir string, key []byte, check keyCheck) (map[string]*manifest, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	parts := map[string]*manifest{}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), manifestSuffix) {
			continue
		}
		m, err := readManifest(filepath.Join(dir, e.Name()), key, check)
		if err != nil {
			return nil, err
		}
		parts[m.Name] = m
	}
	return parts, nil
}

// clean removes files that no manifest names.
func (s *state) clean() error {
	named := map[string]bool{}
	for _, m := range s.parts {
		for _, r := range m.Runs {
			named[r.File] = true
		}
	}
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		n := e.Name()
		if strings.HasPrefix(n, "run-") && !named[n] || strings.HasSuffix(n, manifestSuffix+tempSuffix) {
			if err := os.Remove(filepath.Join(s.dir, n)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *state) close() error {
	return s.lock.Close()
}

// commit writes a part's manifest, from which moment on the part is finished,
// and removes the files of an earlier one of that name.
func (s *state) commit(info PartInfo, runs []*runFile, used []bool) error {
	m := s.c.newManifest(info, runs, used)
	b, err := m.encode(s.c.cfg.Key, s.c.check)
	if err != nil {
		return err
	}
	path := filepath.Join(s.dir, manifestName(s.c.cfg.Key, m.Name))
	if err := replaceFile(path, b); err != nil {
		return fmt.Errorf("census: %w", err)
	}
	s.mu.Lock()
	old := s.parts[m.Name]
	s.parts[m.Name] = m
	s.mu.Unlock()
	if old == nil {
		return nil
	}
	for _, r := range old.Runs {
		if err := os.Remove(filepath.Join(s.dir, r.File)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("census: %w", err)
		}
	}
	return nil
}

// replaceFile writes a file that is there whole or not at all, and before it
// what else was written in its directory.
func replaceFile(path string, b []byte) error {
	dir := filepath.Dir(path)
	if err := syncDir(dir); err != nil {
		return err
	}
	f, err := os.OpenFile(path+tempSuffix, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(path+tempSuffix, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(path+tempSuffix))
	}
	return syncDir(dir)
}

// Done tells whether the state has the part with that fingerprint. If so it
// counts, and meta is what its Commit was given.
func (c *Census) Done(name, fingerprint string) (meta []byte, ok bool, err error) {
	c.adding.RLock()
	defer c.adding.RUnlock()
	c.parts.mu.Lock()
	info, counts := c.parts.done[name]
	c.parts.mu.Unlock()
	if counts {
		return info.Meta, info.Fingerprint == fingerprint, nil
	}
	if c.state == nil {
		return nil, false, c.failed()
	}
	c.state.mu.Lock()
	m := c.state.parts[name]
	c.state.mu.Unlock()
	if m == nil || m.Fingerprint != fingerprint {
		return nil, false, c.failed()
	}
	if err := c.adopt(c.state.dir, m); err != nil {
		return nil, false, err
	}
	return m.Meta, true, nil
}

// Kept is the meta of the part with that name and fingerprint that the state has.
// Unlike Done it does not make the part count.
func (c *Census) Kept(name, fingerprint string) (meta []byte, ok bool) {
	if c.state == nil {
		return nil, false
	}
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	m := c.state.parts[name]
	if m == nil || m.Fingerprint != fingerprint {
		return nil, false
	}
	return m.Meta, true
}

// KeptNames are the names of the parts that the state has.
func (c *Census) KeptNames() iter.Seq[string] {
	return func(yield func(string) bool) {
		if c.state == nil {
			return
		}
		c.state.mu.Lock()
		defer c.state.mu.Unlock()
		for name := range c.state.parts {
			if !yield(name) {
				return
			}
		}
	}
}

// Sweep removes from the state the parts that do not count: those of datasets
// that are gone.
func (c *Census) Sweep() error {
	if c.state == nil {
		return nil
	}
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	for name, m := range c.state.parts {
		c.parts.mu.Lock()
		_, counts := c.parts.done[name]
		c.parts.mu.Unlock()
		if counts {
			continue
		}
		if err := os.Remove(filepath.Join(c.state.dir, manifestName(c.cfg.Key, name))); err != nil {
			return fmt.Errorf("census: %w", err)
		}
		for _, r := range m.Runs {
			if err := os.Remove(filepath.Join(c.state.dir, r.File)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("census: %w", err)
			}
		}
		delete(c.state.parts, name)
	}
	return nil
}

// Include counts all parts of a state directory: the census's own, or another
// one that was counted with the same key. Nothing may write to it meanwhile.
func (c *Census) Include(dir string) error {
	c.adding.RLock()
	defer c.adding.RUnlock()
	parts, err := c.stateParts(dir)
	if err != nil {
		return fmt.Errorf("census state %s: %w", dir, err)
	}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		m := parts[name]
		c.parts.mu.Lock()
		have, ok := c.parts.done[name]
		c.parts.mu.Unlock()
		if ok && have.attempt == m.Attempt {
			continue
		}
		if ok {
			return fmt.Errorf("census state %s: part %s was counted twice, in another state as well", dir, name)
		}
		if err := c.adopt(dir, m); err != nil {
			return err
		}
	}
	return nil
}

// stateParts are the manifests of a directory, which stays locked.
func (c *Census) stateParts(dir string) (map[string]*manifest, error) {
	if c.state != nil {
		own, err1 := os.Stat(c.state.dir)
		that, err2 := os.Stat(dir)
		if err1 == nil && err2 == nil && os.SameFile(own, that) {
			c.state.mu.Lock()
			defer c.state.mu.Unlock()
			return c.state.parts, nil
		}
	}
	lock, err := os.Open(filepath.Join(dir, stateLock))
	if err != nil {
		return nil, err
	}
	if !tryLock(lock) {
		return nil, errors.Join(errors.New("another process uses it"), lock.Close())
	}
	c.parts.mu.Lock()
	c.parts.locks = append(c.parts.locks, lock)
	c.parts.mu.Unlock()
	return readParts(dir, c.cfg.Key, c.check)
}

// adopt makes a part in a state directory count.
func (c *Census) adopt(dir string, m *manifest) error {
	info, says, err := c.restore(m)
	if err != nil {
		return fmt.Errorf("census part %s: %w", m.Name, err)
	}
	var runs []*runFile
	bytes := int64(0)
	for _, r := range m.Runs {
		run := &runFile{path: filepath.Join(dir, r.File), id: r.ID, key: c.cfg.Key, check: c.check, says: says}
		if err := run.verify(); err != nil {
			return err
		}
		if run.len() != r.Occurrences {
			return run.error(errDamaged)
		}
		runs = append(runs, run)
		bytes += run.size()
	}
	if bytes > c.memory.limit/smallPart {
		return c.fail(c.accept(info, runs, nil))
	}
	h := &heap{memory: &c.memory}
	for _, run := range runs {
		if err := h.load(run, len(c.says.list())); err != nil {
			h.clearAll()
			return err
		}
	}
	return c.fail(c.accept(info, nil, []*heap{h}))
}

// load reads a run into memory.
func (h *heap) load(run *runFile, says int) error {
	for p := range allParts {
		cur, err := run.cursor(p, says)
		if err != nil {
			return err
		}
		for {
			occ, err := cur.next()
			if err != nil {
				return errors.Join(err, cur.close())
			}
			if len(occ) == 0 {
				break
			}
			for _, o := range occ {
				h.put(p, o)
			}
		}
		if err := cur.close(); err != nil {
			return err
		}
	}
	return nil
}
