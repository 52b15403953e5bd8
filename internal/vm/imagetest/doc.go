// Package imagetest tries the image of a totem's card as people would: it writes it to a disk of its own, adds what a technician
// adds, starts it in a machine ([vm]), takes tickets with a finger, cuts lines, hangs programs, breaks slots and pulls the plug.
// docs/image-test.md says what each case shows and how to read the report.
//
// What is put into the copy of an image beside provision.toml is a probe (internal/vm/probe), a unit that starts it, and the word
// for the kernel that its messages go to a serial line too. Nothing else differs from what offices get.
package imagetest
