package imagetest

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"example.org/totem/internal/disk"
	"example.org/totem/internal/golden"
	"example.org/totem/internal/vm"
)

// cardSize is how large a card the image is written to: the smallest that is said to do.
const cardSize = 4_000_000_000 / vm.Sector * vm.Sector

// lab is what the cases share.
type lab struct {
	opt     Options
	begin   time.Time
	central *central
	screens *screens
	kvm     bool          // machines are accelerated
	offset  map[int]int64 // of the partitions of the image, by number
	size    map[int]int64

	card  string // the disk of mainTotem, once it has started for the first time
	spare bool   // the card of spareTotem was made

	mu  sync.Mutex
	now *outcome // of the case that runs
}

// say tells progress.
func (l *lab) say(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	fmt.Fprintf(l.opt.Progress, "image-test: %5.0f s  %s\n", time.Since(l.begin).Seconds(), line)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now != nil {
		l.now.Notes = append(l.now.Notes, line)
	}
}

func (l *lab) work(name string) string { return filepath.Join(l.opt.Work, name) }

// patience is how long something may take that takes so long under KVM: an emulated processor is slower.
func (l *lab) patience(d time.Duration) time.Duration {
	if !l.kvm {
		d *= 6
	}
	return time.Duration(float64(d) * l.opt.Patience)
}

// openLab builds the programs that are needed, makes the scheduler, and lays out what is known of the image.
func openLab(ctx context.Context, opt Options) (*lab, error) {
	l := &lab{opt: opt, begin: time.Now(), offset: map[int]int64{}, size: map[int]int64{}}
	table, err := disk.Layout(string(opt.Arch))
	if err != nil {
		return nil, err
	}
	for i, p := range table.Partitions {
		l.offset[i+1], l.size[i+1] = p.Offset, p.Size
	}
	for _, dir := range []string{opt.Work, opt.Out} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(l.work("machine"), 0o700); err != nil {
		return nil, err
	}
	l.kvm = !opt.Emulated && vm.Accelerated(ctx, opt.Arch, l.work("machine"))
	l.say("machines are %s", how(l.kvm))
	l.say("build the scheduler, the probe and the relay")
	for _, b := range [][]string{{"scheduler", "./cmd/scheduler", ""}, {"probe", "./internal/vm/probe", string(opt.Arch)}, {"relay", "./internal/vm/relay", ""}} {
		if err := l.build(ctx, b[0], b[1], b[2]); err != nil {
			return nil, err
		}
	}
	plan, err := writeOffice(filepath.Join(opt.Root, "offices/valfiorita-anagrafe.toml"), l.work("office.toml"), l.begin)
	if err != nil {
		return nil, err
	}
	if l.screens, err = newScreens(plan, opt.Width, opt.Height); err != nil {
		return nil, err
	}
	l.central, err = openCentral(ctx, l.work("scheduler"), opt.Work, l.work("office.toml"))
	return l, err
}

func (l *lab) build(ctx context.Context, name, from, arch string) error {
	c := exec.CommandContext(ctx, "go", "build", "-o", l.work(name), from)
	c.Dir, c.Env = l.opt.Root, os.Environ()
	if arch != "" {
		c.Env = append(c.Env, "GOOS=linux", "GOARCH="+arch, "CGO_ENABLED=0")
	}
	if said, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w: %s", from, err, said)
	}
	return nil
}

// probeUnit starts the probe early and keeps it.
const probeUnit = `[Unit]
Description=Answers the test's questions
DefaultDependencies=no
After=systemd-udevd.service
[Service]
ExecStart=/usr/bin/totem-probe /dev/%s
Restart=always
RestartSec=1s
`

// newCard writes the image to a disk of its own, as dd would, and adds the probe.
func (l *lab) newCard(ctx context.Context, name string) (string, error) {
	card := l.work(name)
	if err := vm.Copy(ctx, l.opt.Image, card, cardSize); err != nil {
		return "", err
	}
	probe, err := os.ReadFile(l.work("probe"))
	if err != nil {
		return "", err
	}
	edit := l.edit(card)
	for _, slot := range []int{disk.RootA, disk.RootB} {
		err := edit.WriteExt4(ctx, l.offset[slot],
			vm.File{Name: "/usr/bin/totem-probe", Content: probe, Mode: 0o755},
			vm.File{Name: "/etc/systemd/system/totem-probe.service", Content: []byte(fmt.Sprintf(probeUnit, l.opt.Arch.ProbeTTY())), Mode: 0o644},
			vm.File{Name: "/etc/systemd/system/sysinit.target.wants/totem-probe.service", Link: "../totem-probe.service"})
		if err != nil {
			return "", err
		}
	}
	return card, l.tellConsole(ctx, edit)
}

// tellConsole has the kernel write its messages to the serial line too. The screen stays its console.
func (l *lab) tellConsole(ctx context.Context, edit vm.Edit) error {
	const rules, word = "EFI/debian/grub.cfg", "console=tty0"
	text, err := edit.ReadFAT(ctx, l.offset[disk.ESP], rules)
	if err != nil {
		return err
	}
	if !strings.Contains(string(text), word) {
		return fmt.Errorf("%s does not say %s", rules, word)
	}
	changed := strings.ReplaceAll(string(text), word, "console="+l.opt.Arch.ConsoleTTY()+",115200 "+word)
	return edit.WriteFAT(ctx, l.offset[disk.ESP], rules, []byte(changed))
}

func (l *lab) edit(card string) vm.Edit { return vm.Edit{Image: card, Dir: l.opt.Work} }

// provision puts a provisioning file on the card as a technician does.
func (l *lab) provision(ctx context.Context, card, text string) error {
	return l.edit(card).WriteFAT(ctx, l.offset[disk.ESP], "totem/provision.toml", []byte(text))
}

// provisioning is the file for a totem, with a fresh token, and more lines for its tables.
func (l *lab) provisioning(ctx context.Context, totem string) (string, error) {
	i, err := l.central.enrol(ctx, totem)
	if err != nil {
		return "", err
	}
	pins := make([]string, len(i.Pins))
	for n, p := range i.Pins {
		pins[n] = fmt.Sprintf("%q", p)
	}
	return fmt.Sprintf(`office = %q
totem = %q
scheduler = "tls://%s"
pins = [%s]
token = %q

[printer]
path = "/dev/%s"
profile = "generic-80"

[panel]
width_mm = 268
`, officeID, totem, vm.SchedulerAddress, strings.Join(pins, ", "), i.Token, l.opt.Arch.PrinterTTY()), nil
}

// guest is a machine at work with its printer.
type guest struct {
	*vm.Machine
	lab     *lab
	name    string
	printer *printerLine
	log     *os.File      // of the console
	loads   chan struct{} // has a token when the firmware has started what is on the card
	anew    int           // how often the machine was reset
	shown   *known        // what was on the screen when it was looked at last; nil is something that is not known
}

// boot starts a machine from a card, with a printer that was just switched on. change may set more of it.
func (l *lab) boot(ctx context.Context, name, card string, change func(*vm.Config)) (*guest, error) {
	return l.bootBeside(ctx, newPrinter(), name, card, change)
}

// bootBeside is boot with a printer that remembers what it was sent before.
func (l *lab) bootBeside(ctx context.Context, printer *printerLine, name, card string, change func(*vm.Config)) (*guest, error) {
	dir := l.work("machine")
	g := &guest{lab: l, name: name, printer: printer, loads: make(chan struct{}, 1)}
	cfg := vm.Config{Arch: l.opt.Arch, Disk: card, Dir: dir, KVM: l.kvm, Width: l.opt.Width, Height: l.opt.Height, Touch: true,
		Forward: l.central.address, Relay: []string{l.work("relay")}, Printer: g.printer.attach}
	if change != nil {
		change(&cfg)
	}
	var err error
	if g.log, err = os.Create(l.path(name + "-console.log")); err != nil {
		return nil, err
	}
	begin := time.Now()
	cfg.Console = func(line string) {
		fmt.Fprintf(g.log, "%8.2f %s\n", time.Since(begin).Seconds(), line)
		if strings.Contains(line, firmwareEnds) {
			select {
			case g.loads <- struct{}{}:
			default: // nobody wants to know
			}
		}
	}
	if g.Machine, err = vm.Start(ctx, cfg); err != nil {
		return nil, errors.Join(err, g.log.Close())
	}
	return g, nil
}

// firmwareEnds is what QEMU's firmware, which is EDK II's, says when it starts a loader.
const firmwareEnds = "BdsDxe: starting"

// end cuts the machine's power.
func (g *guest) end() {
	g.Kill()
	g.log.Close()
}

// path is where a file of the report goes.
func (l *lab) path(name string) string { return filepath.Join(l.opt.Out, name) }

// shot keeps a picture for the report.
func (l *lab) shot(name string, p *image.RGBA) {
	if p == nil {
		return
	}
	file := name + ".png"
	if err := golden.WritePNG(l.path(file), p); err != nil {
		l.say("keep the picture %s: %v", file, err)
		return
	}
	l.keepPicture(file)
}

// keepPicture names a picture in the report.
func (l *lab) keepPicture(file string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now != nil {
		l.now.Pictures = append(l.now.Pictures, file)
	}
}

// photograph keeps what is on the screen now.
func (g *guest) photograph(ctx context.Context, name string) *image.RGBA {
	p, err := g.Screen(ctx)
	if err != nil {
		g.lab.say("photograph %s: %v", name, err)
		return nil
	}
	g.lab.shot(name, p)
	return p
}

// ask asks the probe, which must be there, and waits for it.
func (g *guest) ask(ctx context.Context, do string, args ...string) (string, error) {
	return g.askWithin(ctx, g.lab.patience(20*time.Second), do, args...)
}

// askWithin asks the probe and waits so long for it: a question from before the probe has opened its line is never answered.
func (g *guest) askWithin(ctx context.Context, within time.Duration, do string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	a, err := g.Ask(ctx, vm.Question{Do: do, Args: args})
	if err == nil && a.Error != "" {
		err = errors.New(a.Error)
	}
	return a.Out, err
}

// journal keeps the guest's log for the report.
func (g *guest) journal(ctx context.Context, name string) error {
	out, err := g.ask(ctx, "run", "/usr/bin/journalctl", "-b", "--no-pager", "-o", "short-monotonic")
	if err != nil {
		g.lab.say("the journal cannot be had: %v", err)
		return nil // the probe is no part of what is tried
	}
	return os.WriteFile(g.lab.path(name+"-journal.log"), []byte(out), 0o644)
}

// watchEvery is how often the screen is looked at.
const watchEvery = time.Second

// mostResets is how many times a machine may start anew before it is said to do so for ever.
const mostResets = 3

// sees waits until the screen is one of those named, and keeps the picture.
func (g *guest) sees(ctx context.Context, within time.Duration, shot string, names ...string) (*image.RGBA, error) {
	within = g.lab.patience(within)
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	last, share, before := "?", 0.0, g.resets()
	p, err := g.Look(ctx, watchEvery, func(p *image.RGBA) bool {
		g.shown, share = g.lab.screens.nearest(p)
		if now := word(g.shown, p); now != last {
			last = now
			g.lab.say("%5.1f s after power on the screen is %s", time.Since(g.Begin).Seconds(), now)
		}
		if g.resets()-before > mostResets {
			cancel()
		}
		return g.shown != nil && slices.Contains(names, g.shown.name)
	})
	g.lab.shot(shot, p)
	if err != nil {
		return p, fmt.Errorf("the screen does not show %s within %s: it is %s, %.0f %% alike, after %d resets: %w",
			strings.Join(names, " or "), within, word(g.shown, p), 100*share, g.resets()-before, err)
	}
	return p, nil
}

func word(near *known, p *image.RGBA) string {
	switch {
	case near != nil:
		return near.name
	case p == nil || vm.Dark(p):
		return "dark"
	}
	return "another one"
}

// resets returns how often the machine was reset since it was switched on.
func (g *guest) resets() int {
	for {
		select {
		case e := <-g.Events():
			if e.Name == "RESET" {
				g.anew++
			}
		default:
			return g.anew
		}
	}
}

// off presses the power button and returns how long it took until the machine was off.
func (g *guest) off(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, g.lab.patience(60*time.Second))
	defer cancel()
	took, err := g.Off(ctx)
	if err == nil {
		g.lab.say("switched off in %.1f s", took.Seconds())
	}
	return took, err
}

func (l *lab) close() error {
	var err error
	if l.central != nil {
		err = l.central.close()
	}
	if !l.opt.Keep {
		err = errors.Join(err, os.RemoveAll(l.opt.Work))
	}
	return err
}
