package framebuffer

import (
	"strconv"
	"testing"
	"unsafe"
)

func TestTheStructuresAreAsLongAsTheKernels(t *testing.T) {
	want := map[int]uintptr{64: 80, 32: 68}[strconv.IntSize]
	var f fixed
	if got := unsafe.Sizeof(f); got != want {
		t.Errorf("fb_fix_screeninfo has %d bytes, want %d", got, want)
	}
	if at := map[int]uintptr{64: 48, 32: 44}[strconv.IntSize]; unsafe.Offsetof(f.stride) != at {
		t.Errorf("line_length stands at %d, want %d", unsafe.Offsetof(f.stride), at)
	}
	if got := unsafe.Sizeof(variable{}); got != 160 {
		t.Errorf("fb_var_screeninfo has %d bytes, want 160", got)
	}
}

func TestOnlyPlainColourIsUnderstood(t *testing.T) {
	f := fixed{length: 7680 * 1080, visual: trueColour, stride: 7680}
	v := variable{0: 1920, 1: 1080, 6: 32, 8: 16, 9: 8, 11: 8, 12: 8, 15: 8}
	l, err := layoutOf(f, v)
	if err != nil || l.check() != nil || l.Red != (Field{16, 8}) || l.Green != (Field{8, 8}) || l.Blue != (Field{0, 8}) {
		t.Fatalf("%+v, %v", l, err)
	}
	for what, spoil := range map[string]func(f *fixed, v *variable){
		"planes":        func(f *fixed, _ *variable) { f.kind = 1 },
		"a palette":     func(f *fixed, _ *variable) { f.visual = 3 },
		"FOURCC":        func(_ *fixed, v *variable) { v[7] = 0x34325258 },
		"a billion":     func(_ *fixed, v *variable) { v[0] = 1 << 30 },
		"a long stride": func(f *fixed, _ *variable) { f.stride = 1 << 31 },
	} {
		g, w := f, v
		spoil(&g, &w)
		if l, err := layoutOf(g, w); err == nil {
			t.Errorf("%s is taken for %+v", what, l)
		}
	}
}
