package powercut

import (
	"errors"
	"fmt"
	"io"
	"net/rpc"
	"os"
	"os/exec"
	"strconv"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// What a recorder is started with: where to mount its tape, and the size of its image.
const (
	pointVariable = "TOTEM_POWERCUT_RECORDER"
	sizeVariable  = "TOTEM_POWERCUT_SIZE"
)

// Serve makes a recorder of a process that [NewDisk] started, and then does not return. Otherwise it does nothing. A
// program that uses this package calls it before anything else.
//
// The recorder is a process of its own because a process that is killed while it waits for its own answer never ends:
// the kernel waits for the write, and the write for a thread that is dead.
func Serve() {
	point := os.Getenv(pointVariable)
	if point == "" {
		return
	}
	if err := serve(point, os.Getenv(sizeVariable)); err != nil {
		fmt.Fprintln(os.Stderr, "powercut:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// serve records until standard input ends, which it does when the process that asked for it ends. What still uses
// the disk then meets errors.
func serve(point, size string) error {
	n, err := strconv.Atoi(size)
	if err != nil {
		return err
	}
	t := newTape(n)
	server, err := fuse.NewServer(t, point, &fuse.MountOptions{
		Name: "powercut", FsName: "powercut", MaxWrite: 1 << 20, DirectMountStrict: true,
	})
	if err != nil {
		return fmt.Errorf("mount FUSE: %w", err)
	}
	go server.Serve()
	if err := server.WaitMount(); err != nil {
		return fmt.Errorf("mount FUSE: %w", err)
	}
	commands := rpc.NewServer()
	if err := commands.RegisterName("Tape", remote{t}); err != nil {
		return err
	}
	commands.ServeConn(pipe{os.Stdin, os.Stdout, func() error { return nil }})
	return nil
}

// pipe is both ends of a conversation.
type pipe struct {
	io.Reader
	io.Writer
	close func() error
}

func (p pipe) Close() error { return p.close() }

// recorder is the process that holds a tape.
type recorder struct {
	process *exec.Cmd
	client  *rpc.Client
}

// startRecorder returns when the tape is mounted at point.
func startRecorder(point string, size int) (*recorder, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), pointVariable+"="+point, sizeVariable+"="+strconv.Itoa(size))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the recorder: %w", err)
	}
	r := &recorder{cmd, rpc.NewClient(pipe{out, in, in.Close})}
	if err := r.call("Start", new(none)); err != nil {
		return nil, errors.Join(err, r.stop())
	}
	return r, nil
}

func (r *recorder) call(method string, answer any) error {
	if err := r.client.Call("Tape."+method, none(false), answer); err != nil {
		return fmt.Errorf("ask the recorder: %w", err)
	}
	return nil
}

// stop ends the recorder and waits for it.
func (r *recorder) stop() error {
	return errors.Join(r.client.Close(), r.process.Wait())
}
