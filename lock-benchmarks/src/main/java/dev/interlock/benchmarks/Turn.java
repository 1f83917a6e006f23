package dev.interlock.benchmarks;

/** One hold: when it was asked for, granted and given back, by the clock that all processes of a machine share. */
record Turn(long asked, long granted, long released) {

    long waited() {
        return granted - asked;
    }

    long held() {
        return released - granted;
    }

    @Override
    public String toString() {
        return asked + " " + granted + " " + released;
    }

    static Turn parse(String text) {
        String[] words = text.split(" ", -1);
        return new Turn(Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
    }
}
