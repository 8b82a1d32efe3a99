//go:build unix && !linux

package testserver

import (
	"os/exec"
	"syscall"
)

// dieWithUs does nothing: only Linux can tie a process to the life of another.
// Main still stops what it started.
func dieWithUs(*exec.Cmd) {}

func stopSignal(*exec.Cmd) syscall.Signal { return syscall.SIGTERM }

func onLauncher(f func() error) error { return f() }
