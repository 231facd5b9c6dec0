import ContentStore
import Testing

struct DigestTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func digestsAreSHA256(text: String, hex: String) {
        #expect(Digest(of: text).hex == hex)
        #expect(Digest(hex: hex) == Digest(of: text))
    }

    @Test(arguments: [
        "", "ab", String(repeating: "A", count: 64), String(repeating: "0", count: 65),
    ])
    func whatIsNotADigestIsRefused(hex: String) {
        #expect(Digest(hex: hex) == nil)
    }
}
