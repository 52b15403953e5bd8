package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/kiosk"
	"example.org/totem/store"
)

const officeFile = "../../offices/valfiorita-anagrafe.toml"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"totem": func() { os.Exit(run()) }})
}

func TestTheCommandsSayWhatTheyDo(t *testing.T) {
	office, err := filepath.Abs(officeFile)
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("OFFICE", office)
			env.Values[centralKey{}] = new(centralValue)
			env.Values[paperKey{}] = new(paperValue)
			env.Values[secretKey{}] = new(secretValue)
			return nil
		},
		Condition: func(name string) (bool, error) { return canForbidWriting(t, name) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "card": makeCard, "printer": startPrinter, "printed": countSlips, "tickets": makeTickets, "secret": keepsSecrets, "scheduler": startScheduler, "token": makeToken, "readable": letRead, "clone": cloneFolder, "database": openDatabase, "works": works, "readonly": forbidWriting, "envsubst": substitute,
		},
	})
}

// envsubst FILE... puts variables into files.
func substitute(ts *testscript.TestScript, _ bool, files []string) {
	for _, file := range files {
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(os.Expand(ts.ReadFile(file), ts.Getenv)), 0o600))
	}
}

// exits STATUS COMMAND... runs a command that must end with that status.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND [ARGUMENT...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var ended *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &ended) {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%v ended with status %d, want %d", args[1:], got, want)
	}
}

// scheduler starts one for the office of the file OFFICE and sets SCHEDULER to its address and PIN to the pin of its key.
func startScheduler(ts *testscript.TestScript, _ bool, _ []string) {
	c, err := central.Open(context.Background(), central.Config{
		OfficeFiles: []string{ts.Getenv("OFFICE")}, DataDir: ts.MkAbs("central"), Init: true, Listen: "127.0.0.1:0"})
	ts.Check(err)
	ts.Defer(func() { c.Close() })
	ts.Value(centralKey{}).(*centralValue).Central = c
	ts.Setenv("SCHEDULER", c.URL())
	ts.Setenv("PIN", c.Pins()[0])
}

// centralKey is where a script keeps its scheduler.
type centralKey struct{}

type centralValue struct{ *central.Central }

// readable FOLDER lets everybody read the keys there.
func letRead(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: readable FOLDER")
	}
	seeds, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "*.seed"))
	ts.Check(err)
	for _, seed := range seeds {
		ts.Check(os.Chmod(seed, 0o644))
	}
}

// clone FROM TO copies a folder with what its files may be used for.
func cloneFolder(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: clone FROM TO")
	}
	ts.Check(ts.Exec("cp", "-pr", args[0], args[1]))
}

// token OFFICE TOTEM has the scheduler make a one-time token and sets TOKEN to it.
func makeToken(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: token OFFICE TOTEM")
	}
	token, err := ts.Value(centralKey{}).(*centralValue).Token(context.Background(), booking.OfficeID(args[0]), booking.TotemID(args[1]), time.Hour)
	ts.Check(err)
	ts.Setenv("TOKEN", token)
}

// database FOLDER OFFICE TOTEM holds that totem's database open until the script ends; with ! it is made and let go.
func openDatabase(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: database FOLDER OFFICE TOTEM")
	}
	s, err := store.Open(context.Background(), store.Config{
		Path: filepath.Join(ts.MkAbs(args[0]), "totem.db"), Office: booking.OfficeID(args[1]), Totem: booking.TotemID(args[2])})
	ts.Check(err)
	if neg {
		ts.Check(s.Close())
		return
	}
	ts.Defer(func() { s.Close() })
}

// works FILE lets a totem without a window work by that configuration until it knows its office.
func works(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: works FILE")
	}
	cfg, err := device.ParseConfig(args[0], []byte(ts.ReadFile(args[0])))
	ts.Check(err)
	cfg.Data = ts.MkAbs(cfg.Data)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	d, err := device.Open(ctx, cfg, device.Parts{Glass: glance{cancel}, Random: rand.Reader, LinkSpread: 50 * time.Millisecond})
	ts.Check(err)
	ts.Check(errors.Join(d.Run(ctx), d.Close()))
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		ts.Fatalf("the totem did not get to know its office")
	}
}

// glance is a glass at which somebody looks until an office is on it.
type glance struct{ enough func() }

func (g glance) Show(s kiosk.Screen) {
	switch s.Name {
	case "start", "nothing-left", "closed": // as it is by day, in the day's last minutes, or by night
		g.enough()
	}
}

func (g glance) Taps() <-chan kiosk.Msg { return nil }

// readonly FOLDER keeps everybody from writing there, root too, until the script ends.
func forbidWriting(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: readonly FOLDER")
	}
	allow, err := forbid(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Defer(allow)
}

func forbid(dir string) (allow func(), err error) {
	if os.Geteuid() != 0 {
		return func() { _ = os.Chmod(dir, 0o700) }, os.Chmod(dir, 0o500)
	}
	// Permissions mean nothing to root.
	return func() { _ = exec.Command("chattr", "-i", dir).Run() }, exec.Command("chattr", "+i", dir).Run()
}

// canForbidWriting is the condition [readonly]: whether the command of that name works here.
func canForbidWriting(t *testing.T, condition string) (bool, error) {
	if condition != "readonly" {
		return false, fmt.Errorf("there is no condition %q", condition)
	}
	allow, err := forbid(t.TempDir())
	if err == nil {
		allow()
	}
	return err == nil, nil
}
