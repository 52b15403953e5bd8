package main

import (
	"slices"
	"strings"
	"testing"
)

const someDep = `kernel/fs/ext4/ext4.ko.xz: kernel/fs/jbd2/jbd2.ko.xz kernel/lib/crc16.ko.xz
kernel/fs/jbd2/jbd2.ko.xz: kernel/lib/crc16.ko.xz
kernel/lib/crc16.ko.xz:
kernel/drivers/watchdog/i6300esb.ko.xz:
kernel/drivers/net/phy/smsc.ko.xz: kernel/drivers/net/phy/libphy.ko.xz
kernel/drivers/net/phy/libphy.ko.xz:
kernel/drivers/net/phy/deep/other.ko.xz:
kernel/drivers/usb/class/cdc-acm.ko.xz:
`

func someIndex(t *testing.T) moduleIndex {
	t.Helper()
	index, err := readModuleIndex([]byte(someDep), []byte("kernel/fs/simple-fs.ko\n"))
	if err != nil {
		t.Fatal(err)
	}
	return index
}

func TestAModuleComesAfterAllThatItNeeds(t *testing.T) {
	chosen, err := someIndex(t).choose([]modulePattern{{Pattern: "i6300esb"}, {Pattern: "ext4"}})
	want := []string{"kernel/drivers/watchdog/i6300esb.ko.xz", "kernel/lib/crc16.ko.xz", "kernel/fs/jbd2/jbd2.ko.xz", "kernel/fs/ext4/ext4.ko.xz"}
	if err != nil || !slices.Equal(chosen, want) {
		t.Errorf("chosen are %v, %v", chosen, err)
	}
}

func TestAPatternTakesTheModulesOfOneFolderAndWhatTheyNeedOnce(t *testing.T) {
	chosen, err := someIndex(t).choose([]modulePattern{{Pattern: "drivers/net/phy/*"}, {Pattern: "drivers/nothing/*"}})
	want := []string{"kernel/drivers/net/phy/libphy.ko.xz", "kernel/drivers/net/phy/smsc.ko.xz"}
	if err != nil || !slices.Equal(chosen, want) {
		t.Errorf("chosen are %v, %v", chosen, err)
	}
}

func TestAHyphenIsAnUnderscoreAndWhatIsBuiltInIsNotMissed(t *testing.T) {
	chosen, err := someIndex(t).choose([]modulePattern{{Pattern: "cdc_acm"}, {Pattern: "simple_fs"}})
	if err != nil || len(chosen) != 1 {
		t.Errorf("chosen are %v, %v", chosen, err)
	}
}

func TestAModuleThatTheKernelDoesNotHaveIsAnError(t *testing.T) {
	if _, err := someIndex(t).choose([]modulePattern{{Pattern: "i6300ebs"}}); err == nil || !strings.Contains(err.Error(), "i6300ebs") {
		t.Errorf("got %v", err)
	}
}

func TestAnIndexThatCannotBeReadIsAnError(t *testing.T) {
	if _, err := readModuleIndex([]byte("kernel/a.ko\n"), nil); err == nil {
		t.Error("it was read")
	}
}
