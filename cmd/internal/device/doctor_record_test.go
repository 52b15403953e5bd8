package device_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/cmd/internal/device"
	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/papersim"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/typeset"
)

var update = flag.Bool("update", false, "record the printers anew")

// examined are the exams of which records are kept.
var examined = map[string]struct {
	profile string
	baud    int
	sim     papersim.Config
}{
	"epson-tm-t20":           {"epson-tm-t20", 38400, papersim.Config{}},
	"epson-tm-t20-paper-end": {"epson-tm-t20", 38400, papersim.Config{PaperDots: 500}},
	"custom-vkp80iii":        {"custom-vkp80iii", 115200, papersim.Config{}},
	"ttl-58":                 {"ttl-58", 9600, papersim.Config{}},
}

// uncounted is a line of which nobody knows what waits on it, as a printer on USB and a replay are: what the driver decides by
// that would differ between the two.
type uncounted struct{ *papersim.Wire }

func (uncounted) Unsent() (int, error) { return 0, nil }

// diagnose examines a simulated printer in time that a test rules.
func diagnose(t *testing.T, name string) (d device.Diagnosis, record []byte) {
	t.Helper()
	c := examined[name]
	model, ok := papersim.ModelOf(c.profile)
	if !ok {
		t.Fatalf("no simulated %s", c.profile)
	}
	c.sim.Model = model
	var b bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		w := papersim.NewWire(c.sim, papersim.Line{Baud: c.baud, Lost: escpos.ErrLost})
		defer w.Printer.Close()
		var err error
		d, err = device.DiagnosePrinter(t.Context(), device.Config{Printer: device.Printer{Path: "/dev/ttyUSB0", Profile: c.profile, Baud: c.baud, Flow: "none"}},
			device.Exam{Record: &b, Dial: func(int, escpos.Flow) (escpos.Line, error) { return uncounted{w}, w.Open() }})
		if err != nil {
			t.Fatal(err)
		}
	})
	return d, b.Bytes()
}

// TestARecordedPrinterIsFoundAsItWas holds the driver against exchanges that were recorded once: with these models, and
// with any real one whose record is put beside them.
func TestARecordedPrinterIsFoundAsItWas(t *testing.T) {
	for name, c := range examined {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", "printers", name)
			if *update {
				d, record := diagnose(t, name)
				found, err := json.MarshalIndent(d, "", "  ")
				if err != nil {
					t.Fatal(err)
				}
				for ending, content := range map[string][]byte{".txt": record, ".json": append(found, '\n')} {
					if err := os.WriteFile(path+ending, content, 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
			var want device.Diagnosis
			content, err := os.ReadFile(path + ".json")
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(content, &want); err != nil {
				t.Fatal(err)
			}
			before, after := replayed(t, path+".txt", c.profile, c.baud)
			if !before.Ready() {
				t.Errorf("before its slip the printer is %s", before)
			}
			got := device.TestSlip{Outcome: after.Outcome.String(), Level: after.Level.String(), MM: after.Length, Seconds: want.Slip.Seconds, Look: want.Slip.Look}
			if diff := cmp.Diff(want.Slip, &got); diff != "" || after.Status.String() != want.Status {
				t.Errorf("the printer is %s, was %s (-was +is):\n%s", after.Status, want.Status, diff)
			}
		})
	}
}

// replayed asks a recorded printer how it is and has it print its test slip again.
func replayed(t *testing.T, path, profile string, baud int) (before paper.Status, after paper.Result) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	record, err := escpos.ReadRecord(f)
	if err != nil {
		t.Fatal(err)
	}
	model, err := escpos.LoadProfile(profile)
	if err != nil {
		t.Fatal(err)
	}
	set, err := typeset.New()
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		line := escpos.NewReplay(record)
		p, err := escpos.New(escpos.Config{Profile: model, Path: "replay", Baud: baud, Setter: set,
			Dial: func() (escpos.Line, error) { return line, nil }})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		before = p.Status(t.Context())
		after, _ = p.PrintTest(t.Context())
		if err := line.Err(); err != nil {
			t.Errorf("the driver says something else than was recorded; if that is meant, record anew with -update: %v", err)
		}
	})
	return before, after
}

func TestWhatIsRecordedOfAPrinterIsAllThatWasSaid(t *testing.T) {
	_, record := diagnose(t, "epson-tm-t20")
	chunks, err := escpos.ReadRecord(bytes.NewReader(record))
	if err != nil {
		t.Fatal(err)
	}
	var said []byte
	for _, c := range chunks {
		if c.Kind == '>' {
			said = append(said, c.Bytes...)
		}
	}
	if list := papersim.Listing(said); !strings.Contains(list, escpos.TestWords) || !strings.Contains(list, "DLE EOT") {
		t.Errorf("a record without the slip or the questions:\n%s", list)
	}
}

func TestAPrinterWhoseBusyWireIsNotConnectedIsToldApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		open := func(cfg papersim.Config) *papersim.Wire {
			return papersim.NewWire(cfg, papersim.Line{Baud: 38400, Lost: escpos.ErrLost})
		}
		held, free := open(papersim.Config{Mute: true}), open(papersim.Config{})
		defer held.Printer.Close()
		defer free.Printer.Close()
		d, err := device.DiagnosePrinter(t.Context(), device.Config{Printer: device.Printer{Path: "/dev/ttyUSB0", Profile: "epson-tm-t20", Baud: 38400, Flow: "rtscts"}},
			device.Exam{Dial: func(baud int, flow escpos.Flow) (escpos.Line, error) {
				if flow == escpos.FlowNone && baud == 38400 {
					return free, free.Open()
				}
				return held, held.Open()
			}})
		if err != nil || d.Verdict.Code != "T302" || d.Verdict.Cause != "it answers without flow control, and not with rtscts" || d.Slip != nil {
			t.Errorf("%+v, %v", d, err)
		}
	})
}

func TestThePaperOfATestSlipIsCountedOnTheRoll(t *testing.T) {
	dir := t.TempDir()
	open := func() *store.Store {
		s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(dir, "totem.db"), Office: "valfiorita", Totem: "ingresso"})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if err := open().Close(); err != nil {
		t.Fatal(err)
	}
	cfg := device.Config{Office: "valfiorita", Totem: "ingresso", Data: dir,
		Printer: device.Printer{Path: openPaper(t, papersim.Config{}).Path, Profile: "epson-tm-t20", Baud: 115200, Flow: "none"}}
	d, err := device.DiagnosePrinter(t.Context(), cfg, device.Exam{})
	if err != nil || d.Slip == nil || d.Slip.MM < 50 {
		t.Fatalf("%+v, %v", d, err)
	}
	s := open()
	defer s.Close()
	roll, err := s.Roll(t.Context())
	if err != nil || roll.Used != d.Slip.MM {
		t.Errorf("%+v after %d mm, %v", roll, d.Slip.MM, err)
	}
}
