package board_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/totem/hw/board"
)

// tree is a system's files, written as "path: content" lines.
func tree(lines string) fs.FS {
	root := fstest.MapFS{}
	for line := range strings.Lines(lines) {
		name, content, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if ok {
			root[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(content, `\n`, "\n") + "\n")}
		}
	}
	return root
}

// emmc is a board with a chip that tells how worn it is, as a kernel of 6.12 shows it.
const emmc = `
proc/self/mountinfo: 22 1 179:2 / / ro,relatime - ext4 /dev/root ro\n41 22 179:5 / /data rw,nosuid,nodev,noexec - ext4 /dev/mmcblk0p5 rw,errors=remount-ro\n42 22 0:30 / /run rw - tmpfs tmpfs rw
sys/dev/block/179:5/uevent: MAJOR=179\nMINOR=5\nDEVNAME=mmcblk0p5\nDEVTYPE=partition
sys/block/mmcblk0/mmcblk0p5/size: 60000000
sys/block/mmcblk0/device/type: MMC
sys/block/mmcblk0/device/name: DG4032
sys/block/mmcblk0/device/date: 03/2025
sys/block/mmcblk0/device/life_time: 0x02 0x09
sys/block/mmcblk0/device/pre_eol_info: 0x01
sys/fs/ext4/mmcblk0p5/errors_count: 0
sys/class/thermal/thermal_zone0/temp: 61234
sys/class/thermal/cooling_device0/type: cpufreq-cpu0
sys/class/thermal/cooling_device0/cur_state: 0
sys/class/hwmon/hwmon1/name: rpi_volt
sys/class/hwmon/hwmon1/in0_lcrit_alarm: 0
sys/class/watchdog/watchdog0/identity: Broadcom BCM2835 Watchdog timer
sys/class/watchdog/watchdog0/timeout: 14
sys/class/watchdog/watchdog0/state: active
sys/class/watchdog/watchdog0/bootstatus: 32
`

func roomy(string) (board.Space, error) {
	return board.Space{Known: true, Free: 20 << 30, Total: 28 << 30}, nil
}

func TestTheKernelTellsOfDiskChipHeatSupplyAndWatchdog(t *testing.T) {
	want := board.Facts{
		Space: board.Space{Known: true, Free: 20 << 30, Total: 28 << 30}, Partition: "mmcblk0p5",
		Card: board.Card{Kind: "MMC", Name: "DG4032", Made: "03/2025", Worn: 9, Reserve: 1}, Heat: board.Heat{Known: true, Hottest: 61},
		Supply: board.Supply{Known: true}, Watchdog: board.Watchdog{Known: true, Identity: "Broadcom BCM2835 Watchdog timer", Timeout: 14, Active: true, Fired: true},
	}
	got := board.Config{Root: tree(emmc), Data: "/data/totem", Space: roomy}.Read()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if wrong := got.Judge(0, 80); wrong != board.CardWorn {
		t.Errorf("wrong is %b", wrong)
	}
}

func TestWhatIsNotThereIsNotTold(t *testing.T) {
	failing := func(string) (board.Space, error) { return board.Space{}, errors.New("no such folder") }
	got := board.Config{Root: fstest.MapFS{}, Data: "/data/totem", Space: failing}.Read()
	if got != (board.Facts{}) || got.Judge(0, 80) != 0 {
		t.Errorf("%+v", got)
	}
	if wrong := got.Judge(board.DiskLow|board.Hot, 80); wrong != board.DiskLow {
		t.Errorf("a disk that does not tell any more is %b", wrong)
	}
}

func TestOtherBoardsTellOtherwise(t *testing.T) {
	for what, c := range map[string]struct {
		lines string
		right func(board.Facts) bool
	}{
		"an SD card does not say how worn it is": {strings.NewReplacer("device/type: MMC", "device/type: SD", "device/life_time: 0x02 0x09", "device/serial: 1").Replace(emmc),
			func(f board.Facts) bool { return f.Card.Kind == "SD" && f.Card.Worn == 0 && f.Judge(0, 80) == 0 }},
		"a chip whose spare blocks are used": {strings.Replace(strings.Replace(emmc, "pre_eol_info: 0x01", "pre_eol_info: 0x02", 1), "0x02 0x09", "0x01 0x01", 1),
			func(f board.Facts) bool { return f.Judge(0, 80) == board.CardWorn }},
		"a chip of an early standard tells nothing": {strings.Replace(strings.Replace(emmc, "pre_eol_info: 0x01", "pre_eol_info: 0x00", 1), "0x02 0x09", "0x00 0x00", 1),
			func(f board.Facts) bool { return f.Card.Reserve == 0 && f.Judge(0, 80) == 0 }},
		"a file system with errors": {strings.Replace(emmc, "errors_count: 0", "errors_count: 3", 1),
			func(f board.Facts) bool { return f.DiskErrors == 3 && f.Judge(0, 80)&board.DiskErrors != 0 }},
		"a board that is slowed down": {strings.Replace(emmc, "cur_state: 0", "cur_state: 2", 1), func(f board.Facts) bool { return f.Judge(0, 80)&board.Hot != 0 }},
		"a supply that was too low":   {strings.Replace(emmc, "lcrit_alarm: 0", "lcrit_alarm: 1", 1), func(f board.Facts) bool { return f.Judge(0, 80)&board.PowerLow != 0 }},
		"a watchdog that did not bite": {strings.Replace(emmc, "bootstatus: 32", "bootstatus: 16", 1),
			func(f board.Facts) bool { return !f.Watchdog.Fired && f.Watchdog.Other != "" }},
		"a kernel that crashed":             {emmc + "sys/fs/pstore/dmesg-efi-1: oops\n", func(f board.Facts) bool { return f.Crashed }},
		"a sensor that is not connected":    {emmc + "sys/class/hwmon/hwmon3/temp1_input: -273000\n", func(f board.Facts) bool { return f.Heat.Hottest == 61 }},
		"numbers that are none":             {strings.Replace(emmc, "temp: 61234", "temp: warm", 1), func(f board.Facts) bool { return !f.Heat.Known }},
		"a disk of another kind":            {strings.Replace(emmc, "device/type: MMC", "device/model: Some SSD", 1), func(f board.Facts) bool { return f.Card == board.Card{Name: "Some SSD"} }},
		"a mount that the kernel has named": {strings.Replace(emmc, "sys/dev/block/179:5/uevent", "sys/dev/block/0:0/uevent", 1), func(f board.Facts) bool { return f.Partition == "mmcblk0p5" }},
	} {
		if got := (board.Config{Root: tree(c.lines), Data: "/data/totem", Space: roomy}).Read(); !c.right(got) {
			t.Errorf("%s: %+v, wrong is %b", what, got, got.Judge(0, 80))
		}
	}
}

func TestTheDataFolderIsOnTheMountThatCoversItAndNotOnOneThatIsNamedAlike(t *testing.T) {
	lines := strings.Replace(emmc, "42 22", `43 41 179:6 / /data/totemic rw - ext4 /dev/mmcblk0p6 rw\n42 22`, 1)
	if got := (board.Config{Root: tree(lines), Data: "/data/totem", Space: roomy}).Read(); got.Partition != "mmcblk0p5" {
		t.Errorf("it is on %q", got.Partition)
	}
	if got := (board.Config{Root: tree(lines), Data: "/database", Space: roomy}).Read(); got.Partition != "" && got.Partition != "root" {
		t.Errorf("it is on %q", got.Partition)
	}
}

func TestABoundThatWasPassedIsNotLeftByLittle(t *testing.T) {
	at := func(free uint64, celsius int) board.Facts {
		return board.Facts{Space: board.Space{Known: true, Free: free, Total: 28 << 30}, Heat: board.Heat{Known: true, Hottest: celsius}}
	}
	var wrong board.Condition
	for _, step := range []struct {
		free    uint64
		celsius int
		want    board.Condition
	}{
		{513 << 20, 79, 0}, {511 << 20, 80, board.DiskLow | board.Hot}, {600 << 20, 76, board.DiskLow | board.Hot}, {641 << 20, 74, 0},
		{600 << 20, 79, 0}, {63 << 20, 0, board.DiskLow | board.DiskFull}, {70 << 20, 0, board.DiskLow | board.DiskFull}, {90 << 20, 0, board.DiskLow}, {0, 0, board.DiskLow | board.DiskFull},
	} {
		if wrong = at(step.free, step.celsius).Judge(wrong, 80); wrong != step.want {
			t.Errorf("%d MiB free, %d °C: wrong is %b, want %b", step.free>>20, step.celsius, wrong, step.want)
		}
	}
	small := board.Facts{Space: board.Space{Known: true, Free: 50 << 20, Total: 56 << 20}} // as the partition is before its first boot
	if wrong := small.Judge(0, 80); wrong != 0 {
		t.Errorf("a small partition that is empty: wrong is %b", wrong)
	}
}

func TestLessRoomIsNeverBetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Uint64Range(1<<20, 1<<40).Draw(t, "total")
		more := rapid.Uint64Range(0, total).Draw(t, "more")
		less := rapid.Uint64Range(0, more).Draw(t, "less")
		before := board.Condition(rapid.Uint8().Draw(t, "before"))
		judge := func(free uint64) board.Condition {
			return board.Facts{Space: board.Space{Known: true, Free: free, Total: total}}.Judge(before, 80)
		}
		if a, b := judge(more), judge(less); a&^b&(board.DiskLow|board.DiskFull) != 0 {
			t.Fatalf("%d free: %b; %d free: %b", more, a, less, b)
		}
		if a := judge(more); a.Has(board.DiskFull) && !a.Has(board.DiskLow) {
			t.Fatalf("full and not low: %b", a)
		}
	})
}

func FuzzWhateverTheKernelWritesIsRead(f *testing.F) {
	f.Add("22 1 179:5 / /data rw - ext4 /dev/mmcblk0p5 rw", "DEVNAME=mmcblk0p5", "0x02 0x09", "61234")
	f.Add("a - b", "DEVNAME=../../etc", "0xffffffffffffffff", "-1")
	f.Fuzz(func(t *testing.T, mounts, device, life, number string) {
		root := fstest.MapFS{
			"proc/self/mountinfo": {Data: []byte(mounts)}, "sys/dev/block/179:5/uevent": {Data: []byte(device)},
			"sys/block/mmcblk0/mmcblk0p5/size": {}, "sys/block/mmcblk0/device/type": {Data: []byte("MMC")}, "sys/block/mmcblk0/device/life_time": {Data: []byte(life)},
			"sys/class/thermal/thermal_zone0/temp": {Data: []byte(number)}, "sys/class/watchdog/watchdog0/identity": {Data: []byte(life)},
			"sys/class/watchdog/watchdog0/bootstatus": {Data: []byte(number)}, "sys/fs/ext4/mmcblk0p5/errors_count": {Data: []byte(number)},
		}
		got := board.Config{Root: root, Data: "/data", Space: roomy}.Read()
		if got.Card.Worn < 0 || got.Card.Worn > 11 || strings.Contains(got.Partition, "/") {
			t.Errorf("%+v", got)
		}
	})
}
