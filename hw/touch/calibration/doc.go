// Package calibration says where on the glass a finger is when the panel tells a place of its own.
//
// A [Matrix] has the form that libinput's property LIBINPUT_CALIBRATION_MATRIX has, so that a matrix may be carried from
// one to the other. [Solve] finds one from touches in the middle of aims that stand at known places, and refuses a result
// that no panel in front of a screen has.
package calibration
