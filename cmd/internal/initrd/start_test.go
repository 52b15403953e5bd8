package initrd_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf16"

	"example.org/totem/bootstate"
	"example.org/totem/cmd/internal/bootenv"
	"example.org/totem/cmd/internal/initrd"
)

// machine is a kernel on which nothing is real. It notes what it was asked for.
type machine struct {
	files   fstest.MapFS
	did     []string
	said    []string
	fails   map[string]error // by what it is asked for
	card    *card
	dogFrom string // the module that brings the watchdog
	dog     bool
	slow    int // pauses after which the disk is there
}

func (m *machine) do(format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	m.did = append(m.did, what)
	return m.fails[what]
}

func (m *machine) Files() fs.FS { return m.files }
func (m *machine) Mount(source, target, _ string, only bool) error {
	return m.do("mount %s on %s%s", source, target, map[bool]string{true: " ro"}[only])
}
func (m *machine) Load(module string) error {
	m.dog = m.dog || module == m.dogFrom
	return m.do("load %s", module)
}
func (m *machine) Watch(d time.Duration) error {
	if !m.dog {
		return fs.ErrNotExist
	}
	return m.do("watch %s", d)
}
func (m *machine) Card(device string) (initrd.Card, error) {
	return m.card, m.do("card %s", device)
}
func (m *machine) SwitchRoot(root, init string) error {
	if err := m.do("switch to %s %s", root, init); err != nil {
		return err
	}
	panic(errGone)
}
func (m *machine) Pause(d time.Duration) {
	if m.slow--; m.slow == 0 {
		m.plug()
	}
	if d >= time.Second {
		_ = m.do("pause %s", d)
	}
}
func (m *machine) Restart() error                  { return m.do("restart") }
func (m *machine) Say(_ initrd.Level, text string) { m.said = append(m.said, text) }

var errGone = errors.New("the system's own init runs")

// card is the small partition.
type card struct {
	files  map[string][]byte
	closed bool
}

func (c *card) ReadFile(name string) ([]byte, error) {
	if b, ok := c.files[name]; ok {
		return b, nil
	}
	return nil, fs.ErrNotExist
}
func (c *card) Overwrite(name string, offset int64, b []byte) error {
	copy(c.files[name][offset:], b)
	return nil
}
func (c *card) Close() error { c.closed = true; return nil }

const (
	rootA = "0fc63daf-8483-4772-8e79-3d69d8477d0a"
	rootB = "0fc63daf-8483-4772-8e79-3d69d8477d0b"
)

func newMachine(state bootstate.State) *machine {
	block := state.Encode()
	m := &machine{files: fstest.MapFS{}, fails: map[string]error{}, dogFrom: "/lib/modules/dog.ko", card: &card{files: map[string][]byte{}}}
	for _, name := range bootenv.Names() {
		m.card.files[name] = slices.Clone(block[:])
	}
	m.file("proc/cmdline", "BOOT_IMAGE=x root=PARTUUID="+strings.ToUpper(rootA)+" ro totem.slot=A quiet\n")
	m.file("modules", "dog.ko\nblock.ko\next4.ko\n")
	m.plug()
	return m
}

func (m *machine) file(name, content string) { m.files[name] = &fstest.MapFile{Data: []byte(content)} }

// plug puts a disk in, with the partitions of a card.
func (m *machine) plug() {
	m.file("sys/class/block/loop0/size", "0\n")
	for i := 1; i <= 3; i++ {
		m.file(fmt.Sprintf("sys/class/block/mmcblk0/mmcblk0p%d/partition", i), fmt.Sprintf("%d\n", i))
	}
	m.files["dev/mmcblk0"] = &fstest.MapFile{Data: gpt("totem-esp", rootA, rootB)}
}

func (m *machine) unplug() {
	for name := range m.files {
		if strings.Contains(name, "mmcblk0") {
			delete(m.files, name)
		}
	}
}

// gpt returns the beginning of a disk with three partitions.
func gpt(label string, roots ...string) []byte {
	b := make([]byte, 34*512)
	copy(b[512:], "EFI PART")
	binary.LittleEndian.PutUint64(b[512+72:], 2)
	binary.LittleEndian.PutUint32(b[512+80:], 128)
	binary.LittleEndian.PutUint32(b[512+84:], 128)
	for i, id := range append([]string{"c12a7328-f81f-11d2-ba4b-00a0c93ec901"}, roots...) {
		g, err := initrd.ParseGUID(id)
		if err != nil {
			panic(err)
		}
		e := b[1024+i*128:][:128]
		e[0] = 1
		slices.Reverse(g[:4])
		slices.Reverse(g[4:6])
		slices.Reverse(g[6:8])
		copy(e[16:], g[:])
		if i == 0 {
			for j, letter := range utf16.Encode([]rune(label)) {
				binary.LittleEndian.PutUint16(e[56+2*j:], letter)
			}
		}
	}
	return b
}

// start runs it to its end and returns what it did.
func (m *machine) start(t *testing.T) []string {
	t.Helper()
	defer func() {
		if r := recover(); r != nil && r != errGone { //nolint:errorlint
			panic(r)
		}
	}()
	if err := initrd.Start(m); err != nil {
		t.Error(err)
	}
	return m.did
}

func (m *machine) run(t *testing.T) []string {
	t.Helper()
	m.start(t)
	return m.did
}

func (m *machine) state(t *testing.T) bootstate.State {
	t.Helper()
	env, err := bootenv.Read(m.card)
	if err != nil {
		t.Fatal(err)
	}
	return env.State
}

func wants(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("it did\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func begun() []string {
	return []string{"mount proc on /proc", "mount sysfs on /sys", "mount devtmpfs on /dev", "load /lib/modules/dog.ko", "watch 1m0s",
		"load /lib/modules/block.ko", "load /lib/modules/ext4.ko"}
}

func TestItHandsOverToTheSlotThatTheBootLoaderChose(t *testing.T) {
	m := newMachine(bootstate.Defaults())
	wants(t, m.run(t), append(begun(), "mount /dev/mmcblk0p2 on /sysroot ro", "switch to /sysroot /sbin/init")...)
	if len(m.said) > 0 {
		t.Errorf("it says %q", m.said)
	}
}

func TestItWaitsForASlowCard(t *testing.T) {
	m := newMachine(bootstate.Defaults())
	m.unplug()
	m.slow = 250
	wants(t, m.run(t), append(begun(), "mount /dev/mmcblk0p2 on /sysroot ro", "switch to /sysroot /sbin/init")...)
}

func TestADriverThatFailsAndAWatchdogThatIsNotThereStopNothing(t *testing.T) {
	m := newMachine(bootstate.Defaults())
	m.dogFrom = ""
	m.fails["load /lib/modules/block.ko"] = os.ErrPermission
	did := m.run(t)
	if did[len(did)-1] != "switch to /sysroot /sbin/init" {
		t.Errorf("it did %q", did)
	}
	if len(m.said) != 2 || !strings.HasPrefix(m.said[0], "driver block.ko: ") || m.said[1] != "there is no hardware watchdog" {
		t.Errorf("it says %q", m.said)
	}
}

func TestASlotThatCannotBeMountedIsMarkedBadAndTheOtherIsStarted(t *testing.T) {
	for _, what := range []string{"mount /dev/mmcblk0p2 on /sysroot ro", "switch to /sysroot /sbin/init"} {
		m := newMachine(bootstate.Defaults())
		m.fails[what] = errors.New("structure needs cleaning")
		did := m.run(t)
		if i := slices.Index(did, what); !slices.Equal(did[i+1:], []string{"card /dev/mmcblk0p1", "restart"}) {
			t.Errorf("it did %q", did)
		}
		if s := m.state(t); s.Next() != bootstate.B || !s.Bad.Has(bootstate.A) || !m.card.closed {
			t.Errorf("the card says %+v", s)
		}
		if len(m.said) != 2 || !strings.HasPrefix(m.said[0], "slot A: ") || m.said[1] != "slot A is marked bad; the other slot is started" {
			t.Errorf("it says %q", m.said)
		}
	}
}

func TestWhereNothingHelpsItIsTriedAgain(t *testing.T) {
	bad := bootstate.Defaults()
	bad.Bad = bad.Bad.With(bootstate.B)
	for name, prepare := range map[string]func(*machine){
		"there is no disk":            func(m *machine) { m.unplug() },
		"the card cannot be opened":   func(m *machine) { m.fails["card /dev/mmcblk0p1"] = os.ErrPermission },
		"the card holds no state":     func(m *machine) { clear(m.card.files) },
		"the partition has no name":   func(m *machine) { m.files["dev/mmcblk0"].Data = gpt("other", rootA, rootB) },
		"the other slot is bad too":   func(m *machine) { m.card = newMachine(bad).card },
		"nobody knows which slot":     func(m *machine) { m.file("proc/cmdline", "root=PARTUUID="+rootA) },
		"nobody knows which root":     func(m *machine) { m.file("proc/cmdline", "root=/dev/sda1 totem.slot=A") },
		"the command line is no GUID": func(m *machine) { m.file("proc/cmdline", "root=PARTUUID=12 totem.slot=A") },
		"the kernel lacks /proc":      func(m *machine) { m.fails["mount proc on /proc"] = os.ErrNotExist },
	} {
		m := newMachine(bootstate.Defaults())
		m.fails["mount /dev/mmcblk0p2 on /sysroot ro"] = errors.New("structure needs cleaning")
		prepare(m)
		did := m.run(t)
		if n := len(did); n < 2 || did[n-2] != "pause 10s" || did[n-1] != "restart" {
			t.Errorf("%s: it did %q", name, did)
		}
		if n := len(m.said); n == 0 || m.said[n-1] != "it is tried again in 10 seconds" {
			t.Errorf("%s: it says %q", name, m.said)
		}
	}
}

func TestOfTwoCardsTheOneOfTheRootIsMarked(t *testing.T) {
	m := newMachine(bootstate.Defaults())
	m.file("sys/class/block/aaa/aaa1/partition", "1\n")
	m.files["dev/aaa"] = &fstest.MapFile{Data: gpt("totem-esp")}
	m.fails["mount /dev/mmcblk0p2 on /sysroot ro"] = errors.New("structure needs cleaning")
	if did := m.run(t); !slices.Contains(did, "card /dev/mmcblk0p1") {
		t.Errorf("it did %q", did)
	}
}

func FuzzReadGPT(f *testing.F) {
	f.Add(gpt("totem-esp", rootA, rootB))
	large := append(make([]byte, 4096-512), gpt("totem-esp", rootA)...)
	f.Add(large)
	f.Fuzz(func(t *testing.T, disk []byte) {
		all, err := initrd.ReadGPT(strings.NewReader(string(disk)))
		if err != nil && all != nil {
			t.Errorf("%v, and %v", all, err)
		}
	})
}
