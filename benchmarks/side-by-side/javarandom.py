"""java.util.Random, so that both sides draw the same batches and the same first weights."""

import math

MASK = (1 << 48) - 1


def signed32(number):
    number &= 0xFFFFFFFF
    return number - (1 << 32) if number >= 1 << 31 else number


class JavaRandom:
    def __init__(self, seed):
        self.seed = (seed ^ 0x5DEECE66D) & MASK
        self.kept = None

    def bits(self, count):
        self.seed = (self.seed * 0x5DEECE66D + 0xB) & MASK
        return signed32(self.seed >> (48 - count))

    def next_int(self, bound):
        number = self.bits(31)
        if bound & (bound - 1) == 0:
            return (bound * number) >> 31
        while signed32(number - number % bound + bound - 1) < 0:
            number = self.bits(31)
        return number % bound

    def next_double(self):
        return ((self.bits(26) << 27) + self.bits(27)) * 2.0**-53

    def next_gaussian(self):
        if self.kept is not None:
            kept, self.kept = self.kept, None
            return kept
        while True:
            a = 2 * self.next_double() - 1
            b = 2 * self.next_double() - 1
            s = a * a + b * b
            if 0 < s < 1:
                break
        factor = math.sqrt(-2 * math.log(s) / s)
        self.kept = b * factor
        return a * factor
