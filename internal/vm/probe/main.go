// Binary probe answers questions from within a guest that a test has put it into: it is in no product. It reads a line of JSON
// from the serial line that is its argument, does what is asked, and writes a line of JSON; see vm.Question.
//
//	read PATH          the content of a file
//	write PATH         makes a file there, and takes it away again
//	put PATH TEXT      writes a text to a file
//	append PATH        writes nothing to the end of a file, which must be there to be opened
//	list PATH          the names in a folder
//	run PROGRAM ARG…   what a program prints, and how it ended
//	signal NUMBER NAME sends a signal to every process of that name; "1" is the first process itself
//	processes          a line for each: pid, user, state, name
//	listening          a line for each socket at which somebody else may begin to speak: protocol, local address
//	pid NAME           the number of the first process of that name, "" for none
//	room PATH          bytes of the file system that a path lies on
//	uptime             seconds since the kernel started
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

type question struct {
	N    int64    `json:"n"`
	Do   string   `json:"do"`
	Args []string `json:"args"`
}

type answer struct {
	N     int64  `json:"n"`
	Out   string `json:"out"`
	Error string `json:"error,omitempty"`
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: probe TERMINAL")
		os.Exit(2)
	}
	if err := serve(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(1)
	}
}

func serve(terminal string) error {
	fd, err := unix.Open(terminal, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", terminal, err)
	}
	if err := raw(fd); err != nil {
		return fmt.Errorf("set %s: %w", terminal, err)
	}
	line := os.NewFile(uintptr(fd), terminal)
	questions := bufio.NewReader(line)
	for {
		text, err := questions.ReadBytes('\n')
		if err != nil {
			return err
		}
		var q question
		if json.Unmarshal(text, &q) != nil {
			continue
		}
		a := answer{N: q.N}
		out, err := do(q.Do, q.Args)
		if a.Out = out; err != nil {
			a.Error = err.Error()
		}
		said, err := json.Marshal(a)
		if err != nil {
			return err
		}
		if _, err := line.Write(append(said, '\n')); err != nil {
			return err
		}
	}
}

// raw lets every byte pass as it is, at the highest speed of a PC's line.
func raw(fd int) error {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	t.Iflag, t.Oflag, t.Lflag = 0, 0, 0
	t.Cflag = unix.CS8 | unix.CREAD | unix.CLOCAL | unix.B115200
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(fd, unix.TCSETS, t)
}

func do(what string, args []string) (string, error) {
	needs := map[string]int{"read": 1, "write": 1, "append": 1, "list": 1, "run": 1, "pid": 1, "room": 1, "signal": 2, "put": 2}[what]
	if len(args) < needs {
		return "", fmt.Errorf("%s needs %d arguments", what, needs)
	}
	switch what {
	case "read":
		b, err := os.ReadFile(args[0])
		return string(b), err
	case "write":
		return "", write(args[0])
	case "append":
		f, err := os.OpenFile(args[0], os.O_WRONLY|os.O_APPEND, 0)
		if err == nil {
			err = f.Close()
		}
		return "", err
	case "put":
		return "", os.WriteFile(args[0], []byte(args[1]), 0)
	case "list":
		return list(args[0])
	case "run":
		out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
		return string(out), err
	case "signal":
		return signal(args[0], args[1])
	case "processes":
		return processes()
	case "listening":
		return listening()
	case "pid":
		return first(args[0])
	case "room":
		var s unix.Statfs_t
		err := unix.Statfs(args[0], &s)
		return strconv.FormatUint(s.Blocks*uint64(s.Bsize), 10), err
	case "uptime":
		b, err := os.ReadFile("/proc/uptime")
		return strings.Fields(string(b) + " ")[0], err
	}
	return "", fmt.Errorf("nobody knows how to %q", what)
}

func write(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(path))
}

func list(path string) (string, error) {
	entries, err := os.ReadDir(path)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, "\n"), err
}

// process is one line of processes.
type process struct {
	pid, uid    int
	state, name string
}

func all() ([]process, error) {
	folders, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, err
	}
	var found []process
	for _, folder := range folders {
		stat, err := os.ReadFile(folder + "/stat")
		info, err2 := os.Stat(folder)
		if err != nil || err2 != nil {
			continue // it has ended meanwhile
		}
		// The name stands in brackets and may hold any byte.
		from, to := strings.IndexByte(string(stat), '('), strings.LastIndexByte(string(stat), ')')
		rest := strings.Fields(string(stat[to+1:]))
		pid, _ := strconv.Atoi(filepath.Base(folder))
		line, _ := os.ReadFile(folder + "/cmdline")
		if len(line) == 0 {
			continue // the kernel's own
		}
		name := string(stat[from+1 : to])
		if words := strings.Split(string(line), "\x00"); name == "totem" && len(words) > 1 {
			name += " " + words[1]
		}
		found = append(found, process{pid, int(info.Sys().(*syscall.Stat_t).Uid), rest[0], name})
	}
	return found, nil
}

func processes() (string, error) {
	found, err := all()
	var b strings.Builder
	for _, p := range found {
		fmt.Fprintf(&b, "%d %d %s %s\n", p.pid, p.uid, p.state, p.name)
	}
	return b.String(), err
}

func first(name string) (string, error) {
	found, err := all()
	for _, p := range found {
		if p.name == name {
			return strconv.Itoa(p.pid), nil
		}
	}
	return "", err
}

func signal(number, name string) (string, error) {
	n, err := strconv.Atoi(number)
	if err != nil {
		return "", err
	}
	if name == "1" {
		return "1", syscall.Kill(1, syscall.Signal(n))
	}
	found, err := all()
	hit := 0
	for _, p := range found {
		if p.name == name && p.pid != os.Getpid() {
			hit++
			err = errors.Join(err, syscall.Kill(p.pid, syscall.Signal(n)))
		}
	}
	if hit == 0 {
		err = errors.Join(err, fmt.Errorf("no process is called %s", name))
	}
	return strconv.Itoa(hit), err
}

// listening reads /proc/net as proc(5) describes it. A TCP socket listens in state 0A. A UDP or raw socket takes what comes unless
// it is tied to a far end: state 07 with a far port of 0.
func listening() (string, error) {
	var b strings.Builder
	for _, protocol := range []string{"tcp", "tcp6", "udp", "udp6", "udplite", "udplite6", "raw", "raw6", "sctp/eps"} {
		text, err := os.ReadFile("/proc/net/" + protocol)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		for _, line := range strings.Split(string(text), "\n")[1:] {
			f := strings.Fields(line)
			if len(f) < 8 {
				continue
			}
			if protocol[:3] == "tcp" && f[3] == "0A" || protocol[:3] != "tcp" && strings.HasSuffix(f[2], ":0000") {
				fmt.Fprintf(&b, "%s %s %s\n", protocol, f[1], f[7])
			}
		}
	}
	return b.String(), nil
}
