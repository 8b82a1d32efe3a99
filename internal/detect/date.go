package detect

// RealDate tells whether YYYYMMDD is a day of the calendar.
func RealDate(ymd int) bool {
	day := ymd % 10000
	if day < 0 || day >= len(monthDays) || !monthDays[day] {
		return false
	}
	y := ymd / 10000
	return day != 229 || y%4 == 0 && (y%100 != 0 || y%400 == 0)
}

// monthDays are the days that a leap year has, as MMDD.
var monthDays = func() (real [1300]bool) {
	for m, days := range [...]int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31} {
		for d := range days {
			real[(m+1)*100+d+1] = true
		}
	}
	return real
}()
