// Package layout decides where everything on a screen lies. It turns a [kiosk.Screen] and a panel into a [Plan]: flat
// shapes in the order in which they are painted, and the controls with the rectangles in which a finger meets them.
// It paints nothing and knows no window; its results are numbers that a test can read.
//
// Every screen has the same rooms. Upright: the header, the languages if the screen has them, the body, the access
// keys along the lower edge. Wide: the header, the languages, the body on the left, and on the right a sidebar with
// promise and access keys. In low reach every control lies in the rows that a seated person reaches, and what is only
// read may stand above them. While keys or voice are in use a line with a hint stands over the access keys; where a wide panel
// has no room there, at the foot of the body; and under the access keys where the panel goes on below the reach. The control
// that the keys are at has a ring around it, over everything else. All is laid out from left to right; for languages of the other direction the whole plan is
// turned round at the end.
//
// A body is a stack. What is decided last (buttons, the promise, the time left) stands at its foot, the rest hangs
// from its top. A body that is too long is set again, tighter each time, before anything is reported as a misfit.
package layout
