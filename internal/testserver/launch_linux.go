package testserver

import (
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// launcher holds one OS thread for as long as the test binary lives.
var launcher struct {
	once sync.Once
	jobs chan func()
}

// dieWithUs makes the kernel stop cmd when this process ends, even by SIGKILL.
func dieWithUs(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	if cmd.SysProcAttr.Pdeathsig == 0 {
		cmd.SysProcAttr.Pdeathsig = syscall.SIGTERM
	}
}

func stopSignal(cmd *exec.Cmd) syscall.Signal { return cmd.SysProcAttr.Pdeathsig }

// onLauncher runs f on a thread that lives as long as this process: the parent
// whose death the kernel reports to a child is the thread that started it
// (prctl(2), PR_SET_PDEATHSIG), and Go ends idle threads at will.
func onLauncher(f func() error) error {
	launcher.once.Do(func() {
		launcher.jobs = make(chan func())
		go func() {
			runtime.LockOSThread()
			for job := range launcher.jobs {
				job()
			}
		}()
	})
	done := make(chan error)
	launcher.jobs <- func() { done <- f() }
	return <-done
}
