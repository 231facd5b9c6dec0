import Testing

@testable import Pipelines

@Test func aStageSaysWhatItNeedsAndHowItIsRun() throws {
    let pipeline = try Definition(
        """
        stages:
          train:
            cmd: x
            resources: {threads: "${n}", memory: 1.5 GiB}
            mutex: [gpu, "${name}", gpu]
            timeout: 1h30m
            retries: {attempts: 3, delay: 500ms, backoff: 1.5}
            meta: {owner: [me, "${not a template}"]}
          plain: {cmd: x}
          short: {cmd: x, mutex: gpu, timeout: 90, retries: 2, resources: {memory: 4096}}
        """, params: "n: 4\nname: disk\n"
    ).read()
    let train = pipeline.stages[0]
    #expect(train.resources == Resources(threads: 4, memory: 3 << 29))
    #expect(train.mutex == ["gpu", "disk"])
    #expect(train.timeout == .seconds(5400))
    #expect(train.retries == Retries(attempts: 3, delay: .milliseconds(500), backoff: 1.5))
    #expect(train.meta.canonicalText == "{\"owner\":[\"me\",\"${not a template}\"]}")
    let plain = pipeline.stages[1]
    #expect(plain.resources == Resources() && plain.mutex.isEmpty && plain.timeout == nil)
    #expect(plain.retries.attempts == 0 && plain.meta == .null)
    let short = pipeline.stages[2]
    #expect(short.resources == Resources(memory: 4096) && short.mutex == ["gpu"])
    #expect(short.timeout == .seconds(90) && short.retries == Retries(attempts: 2))
}

@Test(arguments: [
    ("1", 1), ("4096", 4096), ("1b", 1), ("2k", 2000), ("2kB", 2000), ("2KiB", 2048),
    ("1.5GiB", 3 << 29), ("512 mib", 512 << 20), ("3G", 3_000_000_000), ("3Gi", 3 << 30),
    ("1TB", 1_000_000_000_000), ("2TiB", 2 << 40), (".5k", 500), ("0.7b", 1),
])
func amountsOfMemoryAreBytes(text: String, bytes: Int) {
    #expect(Quantity.bytes(text) == bytes)
}

@Test(arguments: [
    "", "0", "-1", "GiB", "1.2.3k", "1 x", "1kk", "9999999999TB", "1e3", "१k", " 1k", "1k ", ".",
    "0.2b", "inf", "nan",
])
func whatIsNoAmountOfMemoryIsRefused(text: String) {
    #expect(Quantity.bytes(text) == nil)
}

@Test(arguments: [
    ("90", 90_000), ("90s", 90_000), ("1h30m", 5_400_000), ("1h 30m", 5_400_000), ("0s", 0),
    ("500ms", 500), ("1m1ms", 60_001), ("2d", 172_800_000), ("1.5h", 5_400_000), ("0.25", 250),
    ("1d2h3m4s5ms", 93_784_005),
])
func spansOfTimeAddUp(text: String, milliseconds: Int) {
    #expect(Quantity.duration(text) == .milliseconds(milliseconds))
}

@Test(arguments: [
    "", "s", "1x", "1m1h", "1s1s", "1h30", "-1s", "1:30", "10001d", "1 h x", "1..5s", "1H", "ms",
    "99999999999999999999999999s",
])
func whatIsNoSpanOfTimeIsRefused(text: String) {
    #expect(Quantity.duration(text) == nil)
}

@Test func pausesBetweenAttemptsGrowUpToADay() {
    let retries = Retries(attempts: 100, delay: .seconds(2), backoff: 3)
    #expect((0...4).map { retries.delay(before: $0) } == [2, 2, 6, 18, 54].map { .seconds($0) })
    #expect(retries.delay(before: 100) == Retries.longestDelay)
    let steady = Retries(attempts: 9, delay: .zero, backoff: 1000)
    #expect(steady.delay(before: 9) == .zero)
}
