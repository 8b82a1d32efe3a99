// Package testserver runs real servers for tests: on a free loopback port, in a
// folder of their own, one of each kind a test binary. A missing server program
// fails the test and names what to install; nothing is ever skipped.
//
// A package that uses it hands its TestMain over:
//
//	func TestMain(m *testing.M) { os.Exit(testserver.Main(m)) }
//
// It is imported from tests and from internal/bench only.
package testserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/build"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	readyWithin = 3 * time.Minute  // from start to the first ready() without an error
	stopWithin  = 10 * time.Second // from the stop signal to SIGKILL
	logTail     = 2 << 10          // bytes of a server's log shown when it does not start
)

// session is what this test binary has running. Main owns it; it is empty
// before and after.
var session struct {
	sync.Mutex
	open    bool
	folders []string
	running []*process
	marks   []net.PacketConn // of ports that are ours
}

// Main runs the tests and then stops every server they started and deletes its
// folder. It returns the exit code.
func Main(m *testing.M) int {
	session.Lock()
	session.open = true
	session.Unlock()
	defer stopAll()
	return m.Run()
}

func stopAll() {
	session.Lock()
	defer session.Unlock()
	for _, p := range slices.Backward(session.running) {
		p.stop()
	}
	for _, dir := range session.folders {
		if err := os.RemoveAll(dir); err != nil {
			fmt.Fprintln(os.Stderr, "testserver:", err)
		}
	}
	for _, mark := range session.marks {
		_ = mark.Close() // it never carried anything
	}
	session.open, session.folders, session.running, session.marks = false, nil, nil, nil
}

// folder makes a folder that Main deletes, owned by the given user (nil: this
// process's own).
func folder(name string, owner *syscall.Credential) (string, error) {
	session.Lock()
	defer session.Unlock()
	if !session.open {
		return "", errors.New("TestMain must call testserver.Main")
	}
	dir, err := os.MkdirTemp("", "waybill-"+name+"-")
	if err != nil {
		return "", err
	}
	session.folders = append(session.folders, dir)
	if owner != nil {
		err = os.Chown(dir, int(owner.Uid), int(owner.Gid))
	}
	return dir, err
}

// freePort returns a loopback TCP port that nobody listens on. It lies below
// the range that the kernel hands to outgoing connections, so that none of
// those takes it before the server does. Other test binaries that look for one at
// the same time pass over it: the UDP port of that number stays taken by this one.
func freePort() (int, error) {
	var err error
	for range 50 {
		port := 20000 + rand.IntN(12000)
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		var mark net.PacketConn
		if mark, err = net.ListenPacket("udp", address); err != nil {
			continue
		}
		var l net.Listener
		if l, err = net.Listen("tcp", address); err == nil {
			session.Lock()
			session.marks = append(session.marks, mark)
			session.Unlock()
			return port, l.Close()
		}
		_ = mark.Close()
	}
	return 0, fmt.Errorf("find a free port: %w", err)
}

// program returns the first existing file that matches one of the globs, or
// else the one of that name on PATH. The error names the package to install.
func program(name, install string, globs ...string) (string, error) {
	for _, g := range globs {
		found, err := filepath.Glob(g)
		if err != nil {
			return "", err
		}
		if len(found) > 0 {
			return found[len(found)-1], nil
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("%s is not installed: %s", name, install)
	}
	return path, nil
}

// tool returns a server that make tools builds. It looks on PATH, where go
// install puts programs, and in the folder that WAYBILL_TOOLS names.
func tool(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	globs := []string{filepath.Join(build.Default.GOPATH, "bin", name)}
	if tools := os.Getenv("WAYBILL_TOOLS"); tools != "" {
		globs = append(globs, filepath.Join(tools, name))
	}
	return program(name, "make tools, and name the folder it says in WAYBILL_TOOLS", globs...)
}

// process is a server that runs.
type process struct {
	name   string
	cmd    *exec.Cmd
	exited chan struct{} // closed once the process is gone
}

// start runs cmd until Main ends and returns once ready gives no error. The
// process dies with this one, however this one ends. A signal set in
// cmd.SysProcAttr.Pdeathsig is the one that stops it, else SIGTERM.
func start(name string, cmd *exec.Cmd, ready func() error) error {
	dir, err := folder(name+"-log", nil)
	if err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	dieWithUs(cmd)
	if err := onLauncher(cmd.Start); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	p := &process{name: name, cmd: cmd, exited: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // its exit code says no more than its log
		close(p.exited)
	}()
	session.Lock()
	session.running = append(session.running, p)
	session.Unlock()
	if err := p.await(ready); err != nil {
		return fmt.Errorf("start %s: %w\n%s", name, err, tail(log.Name()))
	}
	return nil
}

// await polls ready until it gives no error.
func (p *process) await(ready func() error) error {
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	for {
		err := ready()
		if err == nil {
			return nil
		}
		select {
		case <-p.exited:
			return fmt.Errorf("it ended: %s", p.cmd.ProcessState)
		case <-ctx.Done():
			return fmt.Errorf("not ready within %s: %w", readyWithin, err)
		case <-time.After(30 * time.Millisecond):
		}
	}
}

// stop ends the process, by its own id, and waits until it is gone.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(stopSignal(p.cmd)) // gone already is fine
	select {
	case <-p.exited:
	case <-time.After(stopWithin):
		_ = p.cmd.Process.Kill()
		<-p.exited
	}
}

// tail returns the end of a log.
func tail(path string) []byte {
	log, err := os.ReadFile(path)
	if err != nil {
		return []byte(err.Error())
	}
	return bytes.TrimSpace(log[max(0, len(log)-logTail):])
}
