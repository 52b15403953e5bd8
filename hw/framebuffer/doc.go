// Package framebuffer shows a picture on the panel where no X server runs: early in the boot, while a totem is set up,
// when the kiosk cannot run, and at the end of the stop. It writes into the memory of Linux's framebuffer device, in the
// form that the device asks for, and turned as the panel hangs.
//
// While a screen is open its terminal is in graphics mode, so that the kernel writes no letters over the picture, and has no
// keyboard, so that nobody who plugs one in can interrupt what comes next ([Deafen]).
// [Screen.Close] brings both back; [Screen.Leave] leaves the picture for whatever comes next, so that nothing flashes
// up black between two pages.
//
// On a graphics driver with a framebuffer of its own the picture is seen only while no X server is on the panel.
package framebuffer
