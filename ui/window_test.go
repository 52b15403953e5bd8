package ui_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	"example.org/totem/internal/fault"
	"example.org/totem/internal/scenes"
	"example.org/totem/internal/xvfb"
	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui"
	"example.org/totem/ui/look"
	"example.org/totem/ui/paint"
)

// asChild makes the test binary a kiosk: a window must run on the main goroutine, and only once in a process.
const asChild = "TOTEM_UI_TEST_WINDOW"

func TestMain(m *testing.M) {
	if os.Getenv(asChild) == "" {
		os.Exit(m.Run())
	}
	if err := visit(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func TestARealWindowShowsWhatIsPaintedFeelsWhatIsTouchedAndRests(t *testing.T) {
	display, stop, err := xvfb.Start(t.Context(), look.Reference().Width, look.Reference().Height)
	if errors.Is(err, xvfb.ErrMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), asChild+"=1", "DISPLAY="+display)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	} else {
		t.Logf("%s", out)
	}
}

// visit opens a window and uses it as a citizen would.
func visit() error {
	drawn := new(frames)
	var later atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	w, err := ui.New(ui.Config{Panel: look.Reference(), Fullscreen: true, Guard: -1, Drew: drawn.note, Clock: now})
	if err != nil {
		return err
	}
	// A window that hangs must not hang its test.
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	visited := make(chan error, 1)
	go func() {
		defer w.Close()
		err := citizen(ctx, w)
		if err == nil {
			err = rest(ctx, w, drawn)
		}
		if err == nil {
			err = wakes(ctx, w, drawn)
		}
		if err == nil {
			err = beats(ctx, w, drawn, func(d time.Duration) { later.Add(int64(d)) })
		}
		visited <- err
	}()
	if err := w.Run(); err != nil {
		return err
	}
	return <-visited
}

func citizen(ctx context.Context, w *ui.Window) error {
	for _, theme := range []kiosk.Theme{kiosk.Light, kiosk.HighContrast} {
		screen, err := scene("start", theme)
		if err != nil {
			return err
		}
		begun := time.Now()
		w.Show(screen)
		got, err := w.Snapshot(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("theme %q: shown and read back in %v\n", theme, time.Since(begun))
		if err := sameAsPainted(screen, got); err != nil {
			return fmt.Errorf("theme %q: %w", theme, err)
		}
	}
	cell, ok := w.Find("service-identity")
	if !ok {
		return errors.New("no service on the start screen")
	}
	at := cell.Min.Add(cell.Size().Div(2))
	before, err := w.Snapshot(ctx)
	if err != nil {
		return err
	}
	w.Touch(at.X, at.Y, ui.Press)
	pressed, err := w.Snapshot(ctx)
	if err != nil {
		return err
	}
	if before.RGBAAt(at.X, cell.Max.Y-12) == pressed.RGBAAt(at.X, cell.Max.Y-12) {
		return errors.New("a pressed control looks like any other")
	}
	w.Touch(at.X, at.Y, ui.Release)
	select {
	case msg := <-w.Taps():
		if msg != (kiosk.ChooseService{Service: "identity"}) {
			return fmt.Errorf("the tap said %#v", msg)
		}
	case <-ctx.Done():
		return errors.New("the touch said nothing")
	}
	return nil
}

func scene(name string, theme kiosk.Theme) (kiosk.Screen, error) {
	for _, s := range scenes.All() {
		if s.Name == name {
			return s.Play(scenes.Setting{Look: kiosk.Look{Theme: theme}})
		}
	}
	return kiosk.Screen{}, fmt.Errorf("no scene %q", name)
}

// sameAsPainted allows for drivers that round a colour by one.
func sameAsPainted(screen kiosk.Screen, got *image.RGBA) error {
	set, err := typeset.New()
	if err != nil {
		return err
	}
	want, err := paint.Picture(set, look.Reference(), screen)
	if err != nil {
		return err
	}
	if got.Rect != want.Rect {
		return fmt.Errorf("the screen is %v, want %v", got.Rect, want.Rect)
	}
	for i := range want.Pix {
		if d := int(want.Pix[i]) - int(got.Pix[i]); d < -1 || d > 1 {
			return fmt.Errorf("dot (%d,%d) differs", i/4%want.Rect.Dx(), i/4/want.Rect.Dx())
		}
	}
	return nil
}

func TestWithoutADisplayTheFaultSaysSo(t *testing.T) {
	t.Setenv("DISPLAY", "")
	w, err := ui.New(ui.Config{Panel: look.Reference()})
	if err != nil {
		t.Fatal(err)
	}
	if got := fault.Of(w.Run()).Code; got != fault.CodeDisplay {
		t.Errorf("fault %s, want %s", got, fault.CodeDisplay)
	}
}

func TestAClosedWindowTakesNoPictures(t *testing.T) {
	w, err := ui.New(ui.Config{Panel: look.Reference()})
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	w.Close()
	if _, err := w.Snapshot(t.Context()); !errors.Is(err, ui.ErrClosed) {
		t.Errorf("error %v, want ErrClosed", err)
	}
}
