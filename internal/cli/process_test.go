package cli_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"waybill/internal/testserver"
)

// program is the built program; TestMain deletes its folder.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "waybill-program-")
	if err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return "", err
	}
	built = dir
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", filepath.Join(dir, "waybill"), "waybill/cmd/waybill")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return filepath.Join(dir, "waybill"), nil
})

var built string

// servers runs the tests and cleans up what they share.
type servers struct{ *testing.M }

func (s servers) Run() int {
	defer func() { os.RemoveAll(built) }()
	return testserver.Main(s.M)
}

// process is the program as its users start it.
type process struct {
	cmd    *exec.Cmd
	dir    string
	stdout bytes.Buffer
	lines  chan string // of standard error
	stderr strings.Builder
}

// start starts the program in a folder; the folder holds its report, or out
// does.
func start(t *testing.T, dir string, args ...string) *process { return startAs(t, nil, dir, args...) }

func startAs(t *testing.T, who *syscall.Credential, dir string, args ...string) *process {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{dir: dir, lines: make(chan string, 10_000)}
	p.cmd = exec.Command(path, append([]string{"--log-format", "json"}, args...)...)
	p.cmd.Dir, p.cmd.Stdout = dir, &p.stdout
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.lines)
		for s := bufio.NewScanner(stderr); s.Scan(); {
			p.lines <- s.Text()
		}
	}()
	t.Cleanup(func() { p.cmd.Process.Kill() })
	return p
}

// says waits until a line of standard error holds the text.
func (p *process) says(t *testing.T, text string) {
	t.Helper()
	for limit := time.After(2 * time.Minute); ; {
		select {
		case line, ok := <-p.lines:
			p.stderr.WriteString(line + "\n")
			switch {
			case !ok:
				t.Fatalf("the program ended before it said %q: %s", text, p.stderr.String())
			case strings.Contains(line, text):
				return
			}
		case <-limit:
			t.Fatalf("the program never said %q: %s", text, p.stderr.String())
		}
	}
}

// wait waits for the end and reads the report.
func (p *process) wait(t *testing.T) outcome {
	t.Helper()
	for line := range p.lines {
		p.stderr.WriteString(line + "\n")
	}
	var failed *exec.ExitError
	if err := p.cmd.Wait(); err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	o := outcome{code: p.cmd.ProcessState.ExitCode(), stdout: p.stdout.String(), stderr: p.stderr.String(), dir: p.dir}
	if _, err := os.Stat(filepath.Join(p.dir, "out")); err == nil {
		o.dir = filepath.Join(p.dir, "out")
	}
	if _, err := os.Stat(filepath.Join(o.dir, "report.json")); err != nil {
		t.Fatalf("no report: exit %d: %s", o.code, o.stderr)
	}
	o.report = readReport(t, o.dir)
	return o
}

// peak follows the program until it ends and returns a function that tells, in
// bytes, the most memory it had. That is what the kernel says of the program's own
// address space (proc_pid_status(5), VmHWM): the maximum that getrusage(2) tells
// begins with what the process that started it had at that moment.
func (p *process) peak(t *testing.T) func() int64 {
	t.Helper()
	status := fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid)
	most := make(chan int64, 1)
	go func() {
		for peak := int64(0); ; time.Sleep(2 * time.Millisecond) {
			text, _ := os.ReadFile(status) // of what has ended nothing is told
			_, rest, _ := strings.Cut(string(text), "VmHWM:")
			var kib int64
			if _, err := fmt.Sscan(rest, &kib); err != nil {
				most <- peak
				return
			}
			peak = kib << 10
		}
	}()
	return func() int64 {
		peak := <-most
		if peak == 0 {
			t.Fatal("nothing tells how much memory was used")
		}
		return peak
	}
}

// nobody is somebody without privileges, where the tests have them; nil is
// whoever runs the tests.
func nobody() *syscall.Credential {
	if os.Geteuid() != 0 {
		return nil
	}
	return &syscall.Credential{Uid: 65534, Gid: 65534}
}

// sharedDir is a temporary folder that every user may use.
func sharedDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "waybill-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}
