/** Fewer rounds of interleaved runs give an interval that is too narrow to be believed: 5 % tails need at least so many. */
export const LEAST_ROUNDS = 8;
