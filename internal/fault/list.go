package fault

// Entry is what a technician looks up under a code.
type Entry struct {
	Code    Code
	Meaning string // one sentence
	Remedy  string // what to do in general; a fault itself often knows better
}

// List returns every code, in order.
func List() []Entry {
	return []Entry{
		{CodeInternal, "The program has a defect.", "Report it with the log around that moment; start the program again."},
		{CodeUsage, "The command line is not understood.", "See the command's --help."},
		{CodeConfig, "A configuration file cannot be read or is wrong.", "Correct the lines that are named; docs/totem-toml.md describes every field."},
		{CodeOffice, "An office file cannot be read or is wrong.", "Correct the lines that are named; docs/office-file.md describes every field."},
		{CodeSystem, "The system lacks something that the program needs.", "Install what is named, or update the totem."},
		{CodeClock, "The totem's clock is not the scheduler's, or nobody vouches for it.", "Set the clock or confirm it with totem vouch, and check its battery and time service; all goes on by itself when it is right."},
		{CodeStopped, "The command was asked to stop before it had done its work.", "Run it again."},
		{CodeNotice, "The office is in production, and its notice of the data is not complete.", "Complete the fields of the office file that are named, and have the scheduler serve it; docs/office-file.md describes every field."},
		{CodeNotifier, "A notifier file, or a file of a secret that it names, cannot be read or is wrong.", "Correct what is named; docs/notifier-file.md describes every field."},
		{CodeStoreOpen, "The totem's database cannot be opened or written.", "Check that the data folder is there, mounted, writable, and owned by the totem's user."},
		{CodeStoreDamaged, "The totem's database is damaged.", "Keep its files aside under another name, never erase them; start again with a new store, and fence the totem at the scheduler."},
		{CodeStoreFull, "The disk of the totem's database is full.", "Make room on the data partition; nothing half-done was kept."},
		{CodeStoreLocked, "Another process uses the totem's database.", "Stop the other process; a totem runs once."},
		{CodeStoreForeign, "The database belongs to another office, totem or program.", "Give the totem its own data folder, or correct its office and name in totem.toml."},
		{CodePrinterOpen, "The printer's line cannot be opened.", "Connect the printer, switch it on, and check printer.path in totem.toml."},
		{CodePrinterLost, "The line to the printer went away.", "Check the printer's cable and power; tickets go on with number and code on the screen."},
		{CodePrinterMute, "The printer does not answer.", "Check its power and cable, and that speed, flow control and profile are those set on the printer."},
		{CodePrinterState, "The printer answers and cannot print.", "Act on the conditions named: put in a roll, close the cover, clear the cutter."},
		{CodePrinterLate, "The totem was too late for its print head, and stopped the slip.", "Give the totem real-time rights as docs/hardware/thermal-head.md says; totem doctor shows how late it was."},
		{CodeLinkRefused, "The scheduler refuses this totem.", "Do what the refusal says."},
		{CodeLinkFork, "Another device speaks with this totem's name, or its disk is an old copy.", "Give one of the two another name, or erase this totem's data and fence it at the scheduler."},
		{CodeLinkVersion, "A message is of a version or form that is not understood.", "Update the older of totem and scheduler."},
		{CodeUnprovisioned, "The totem is not provisioned: it has no key or no credentials.", "Have a token made by scheduler enrol, and run totem provision with it; tickets go on from the grant meanwhile."},
		{CodeIdentity, "The totem's identity is damaged, readable by others, or another totem's.", "Do what is named, or provision the totem anew with a new key."},
		{CodeLinkServer, "The server's key is not the one that this totem was given.", "Check the address; if the scheduler's key was really replaced, provision the totem anew, else look for who stands in between."},
		{CodeLinkKey, "The scheduler does not accept this totem's key or token.", "Have a new token made by scheduler enrol, and provision the totem with it."},
		{CodeLinkSilent, "The scheduler does not answer.", "Check the network, the address in totem.toml, and that the scheduler runs."},
		{CodeCentralStore, "The scheduler's data directory cannot be used.", "Check that it is there, belongs to the scheduler's user, has space left, and that no other scheduler uses it."},
		{CodeCentralNATS, "The NATS server cannot be used.", "Check that it runs, its address, its disk, and that JetStream is on."},
		{CodeCentralEmpty, "The scheduler's data directory holds no scheduler.", "Make a new one by scheduler init, or have an earlier one again by scheduler restore."},
		{CodeDisplay, "There is no display.", "Start an X server and name it in DISPLAY."},
		{CodeTouchOpen, "The touch panel cannot be opened.", "Check its cable and power, what totem.toml says of it, and that the totem's user may read it; it is looked for again."},
		{CodeTouchState, "The touch panel tells of no touch, or of one that does not end.", "Clean and dry the glass, look for what presses on it, and check the panel's cable; totem doctor touch --watch shows what it tells."},
		{CodeKeypad, "The keypad cannot be opened.", "Check its cable, what totem.toml says of it, and that the totem's user may read it; it is looked for again."},
		{CodeScanner, "The code reader cannot be opened.", "Check its cable, what totem.toml says of it, and that the totem's user may read it; codes can be typed meanwhile."},
		{CodeVoice, "Nothing can be spoken.", "Check that espeak-ng and the player of totem.toml are installed, and that the sound card is there and not used by others."},
		{CodeCalibration, "The calibration of the touch panel was refused.", "Touch the middle of each cross, one finger and nothing else on the glass; check that the panel is the one of this screen."},
	}
}
