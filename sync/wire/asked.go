package wire

// encodeAsked is [Encode] for the messages about another day and about reminders.
func encodeAsked(version int, m any) ([]byte, error) {
	switch m := m.(type) {
	case Vacancy:
		return write(version, kindVacancy, m, vacancyOf, vacancyBody.message)
	case Vacant:
		return write(version, kindVacant, m, vacantOf, vacantBody.message)
	case Want:
		return write(version, kindWant, m, wantOf, wantBody.message)
	case Granted:
		return write(version, kindGranted, m, grantedOf, grantedBody.message)
	case Contact:
		return write(version, kindContact, m, contactOf, contactBody.message)
	case Kept:
		return write(version, kindKept, m, keptOf, keptBody.message)
	case Reminder:
		return write(version, kindReminder, m, reminderOf, reminderBody.message)
	case Reminded:
		return write(version, kindReminded, m, remindedOf, remindedBody.message)
	case Withdraw:
		return write(version, kindWithdraw, m, withdrawOf, withdrawBody.message)
	case Withdrawn:
		return write(version, kindWithdrawn, m, withdrawnOf, withdrawnBody.message)
	}
	return encodePassing(version, m)
}

// decodeAsked is [Decode] for the same messages; m points to the one to read.
func decodeAsked(data []byte, m any) (err error) {
	switch m := m.(type) {
	case *Vacancy:
		*m, err = read(data, kindVacancy, false, vacancyBody.message)
	case *Vacant:
		*m, err = read(data, kindVacant, true, vacantBody.message)
	case *Want:
		*m, err = read(data, kindWant, false, wantBody.message)
	case *Granted:
		*m, err = read(data, kindGranted, true, grantedBody.message)
	case *Contact:
		*m, err = read(data, kindContact, false, contactBody.message)
	case *Kept:
		*m, err = read(data, kindKept, true, keptBody.message)
	case *Reminder:
		*m, err = read(data, kindReminder, false, reminderBody.message)
	case *Reminded:
		*m, err = read(data, kindReminded, true, remindedBody.message)
	case *Withdraw:
		*m, err = read(data, kindWithdraw, false, withdrawBody.message)
	case *Withdrawn:
		*m, err = read(data, kindWithdrawn, true, withdrawnBody.message)
	default:
		err = decodePassing(data, m)
	}
	return err
}
