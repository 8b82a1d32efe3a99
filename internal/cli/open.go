package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"waybill/connectors"
	"waybill/internal/config"
	"waybill/internal/report"
	"waybill/internal/scan"
	"waybill/internal/source"
)

// opened is the sources of a run: those that could be reached, and a gap for
// each that could not.
type opened struct {
	sources []*scan.Source
	info    []report.Source
	servers map[string]source.Server // by source
	gaps    []source.Gap
}

// close ends every session, waiting no longer than a moment for each: a store
// that hangs must not hold up the end.
func (o *opened) close() {
	var g errgroup.Group
	for _, s := range o.sources {
		g.Go(s.Connector.Close)
	}
	done := make(chan struct{})
	go func() { g.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(500 * time.Millisecond):
	}
}

// target is a configured source and who opens it.
type target struct {
	source config.Source
	driver source.Driver
	config source.Config
	hours  source.Hours
}

// targets finds what is wrong with the sources before any is connected to.
func targets(c *config.Config) ([]target, error) {
	var out []target
	for _, s := range c.Sources {
		d, err := driver(s.URL)
		if err != nil {
			return nil, usage(fmt.Errorf("source %s: %w", s.Name, err))
		}
		conf, err := sourceConfig(s)
		if err != nil {
			return nil, usage(fmt.Errorf("source %s: %w", s.Name, err))
		}
		zone, err := s.Limits.Location()
		if err != nil {
			return nil, usage(fmt.Errorf("source %s: limits.zone: %w", s.Name, err))
		}
		out = append(out, target{s, d, conf, source.Hours{From: s.Limits.Between.From, To: s.Limits.Between.To, Zone: zone, Stop: s.Limits.Outside == "stop"}})
	}
	return out, nil
}

// open connects to every source at once. The census key, if there is one,
// makes the sources' Settings.
func (a *app) open(list []target, key []byte) *opened {
	for _, t := range list {
		if wait := t.hours.Until(time.Now()); wait > 0 && !t.hours.Stop {
			a.log.Info("source waits for its hours", "source", t.source.Name, "hours", t.hours.String(), "for", wait.Round(time.Minute))
		}
	}
	out := &opened{info: make([]report.Source, len(list)), servers: map[string]source.Server{}}
	servers := make([]source.Server, len(list))
	reached, errs := make([]*scan.Source, len(list)), make([]error, len(list))
	var g errgroup.Group
	for i, t := range list {
		g.Go(func() error {
			out.info[i] = report.Source{Name: t.source.Name, Kind: t.driver.Kind}
			if reached[i], errs[i] = connect(a.ctx, t, &servers[i]); errs[i] == nil {
				reached[i].Settings = settings(key, t.source.URL, t.source.Options)
			}
			info := &out.info[i]
			info.Server, info.Role, info.ReadOnly = servers[i].Version, servers[i].Role, servers[i].ReadOnly
			return nil
		})
	}
	g.Wait()
	for i, s := range reached {
		if err := errs[i]; err != nil {
			a.missing(out, list[i].source.Name, err)
			continue
		}
		out.sources = append(out.sources, s)
		out.servers[s.Name] = servers[i]
	}
	return out
}

// missing notes a source that was not reached.
func (a *app) missing(o *opened, name string, err error) {
	if a.ctx.Err() != nil {
		err = errStopped
	}
	what := "open: " + strings.TrimPrefix(err.Error(), "open "+name+": ")
	a.log.Warn("source not reached", "source", name, "error", what)
	o.gaps = append(o.gaps, source.Gap{Where: name, What: what})
}

// defaultReaders is how many datasets of a source are read at once.
const defaultReaders = 2

// connect opens a source and asks what is behind it.
func connect(ctx context.Context, t target, server *source.Server) (*scan.Source, error) {
	c, err := t.driver.Open(ctx, t.config)
	if err != nil {
		return nil, err
	}
	if desc, ok := c.(source.Describer); ok {
		if *server, err = desc.Describe(ctx); err != nil {
			c.Close()
			return nil, err
		}
	}
	return &scan.Source{Name: t.source.Name, Connector: c, Include: t.source.Include, Exclude: t.source.Exclude,
		Readers: cmp.Or(t.config.Limits.Connections, defaultReaders), Hours: t.hours}, nil
}

// driver finds who opens a URL.
func driver(u string) (source.Driver, error) {
	scheme, _, ok := strings.Cut(u, ":")
	if !ok {
		return source.Driver{}, fmt.Errorf("url without a scheme: want one of %s", schemes())
	}
	for _, d := range connectors.All() {
		if slices.Contains(d.Schemes, scheme) {
			return d, nil
		}
	}
	return source.Driver{}, fmt.Errorf("url scheme %q is not one of %s", scheme, schemes())
}

func schemes() string {
	var all []string
	for _, d := range connectors.All() {
		all = append(all, d.Schemes...)
	}
	return strings.Join(all, ", ")
}

func sourceConfig(s config.Source) (source.Config, error) {
	pw, err := s.Password.Read()
	if err != nil {
		return source.Config{}, fmt.Errorf("password: %w", err)
	}
	return source.Config{Name: s.Name, URL: s.URL, Password: source.Secret(pw), Options: s.Options, Include: s.Include, Exclude: s.Exclude, Limits: source.Limits{
		Connections: s.Limits.Connections, RowsPerSecond: s.Limits.RowsPerSecond, BytesPerSecond: int64(s.Limits.BytesPerSecond),
		MaxReplicaLag: time.Duration(s.Limits.MaxReplicaLag), MaxPause: time.Duration(s.Limits.MaxPause), StatementTimeout: time.Duration(s.Limits.StatementTimeout)}}, nil
}

// defaultConfig is read when no configuration is named and it exists.
const defaultConfig = "waybill.yaml"

// configure reads the configuration and adds the sources named on the command
// line.
func configure(file string, urls []string) (*config.Config, error) {
	c := &config.Config{}
	if file == "" && len(urls) == 0 {
		file = defaultConfig
	}
	if file != "" {
		var err error
		if c, err = config.ReadFile(file); err != nil {
			return nil, usage(err)
		}
	}
	for _, u := range urls {
		s, err := fromURL(u, c.Sources)
		if err != nil {
			return nil, usage(err)
		}
		c.Sources = append(c.Sources, s)
	}
	if len(c.Sources) == 0 {
		return nil, usage(fmt.Errorf("no sources: name one in %s or on the command line, such as file:///data or postgres://scan@replica/crm", cmp.Or(file, defaultConfig)))
	}
	return c, nil
}

// fromURL makes a source of a URL, or of the path of a file or folder, and
// names it after the last part of its path.
func fromURL(u string, taken []config.Source) (config.Source, error) {
	if !strings.Contains(u, ":") {
		var err error
		if u, err = fromPath(u); err != nil {
			return config.Source{}, err
		}
	}
	name := "source"
	if p, err := url.Parse(u); err == nil {
		base := path.Base("/" + p.Path + p.Opaque)
		name = strings.Map(nameRune, strings.Trim(strings.TrimSuffix(base, path.Ext(base)), "/"))
		name = cmp.Or(name, strings.Map(nameRune, p.Scheme))
	}
	for base, n := name, 2; slices.ContainsFunc(taken, func(s config.Source) bool { return s.Name == name }); n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	return config.Source{Name: name, URL: u}, nil
}

// fromPath makes a URL of the path of a folder, an SQLite file or another file.
func fromPath(name string) (string, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(abs); err != nil {
		return "", fmt.Errorf("%s: no such file or folder, and no URL", name)
	}
	scheme := "file"
	if isSQLite(abs) {
		scheme = "sqlite"
	}
	return (&url.URL{Scheme: scheme, Path: filepath.ToSlash(abs)}).String(), nil
}

// isSQLite tells a database file by the header that it starts with (SQLite
// file format, section 1.2).
func isSQLite(name string) bool {
	const header = "SQLite format 3\x00"
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	start := make([]byte, len(header))
	_, err = io.ReadFull(f, start)
	return err == nil && string(start) == header
}

// nameRune keeps a name free of what selectors are made of.
func nameRune(r rune) rune {
	if strings.ContainsRune(".*? \t/", r) {
		return '-'
	}
	return r
}
