@testable import ContentStore
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

struct HexDigitsTests {
    @Test func everyByteIsADigitOrIsRefused() {
        let digits = Array("0123456789abcdef".utf8)
        for place in 0..<8 {
            for byte in UInt8.min...UInt8.max {
                let shift = UInt64(56 - 8 * place)
                let zeros: UInt64 = 0x3030_3030_3030_3030
                let text = zeros & ~(0xff << shift) | UInt64(byte) << shift
                let value = digits.firstIndex(of: byte).map { UInt32($0) << UInt32(28 - 4 * place) }
                #expect(HexDigits.number(text) == value)
            }
        }
    }

    @Test func numbersComeBack() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<1000 {
            let number = UInt32.random(in: .min ... .max, using: &random)
            let text = HexDigits.text(number)
            #expect(HexDigits.number(text) == number)
            let bytes = withUnsafeBytes(of: text.bigEndian) { Array($0) }
            let expected = String(number, radix: 16)
            #expect(
                String(decoding: bytes, as: UTF8.self)
                    == String(repeating: "0", count: 8 - expected.utf8.count) + expected)
        }
    }

    @Test func objectsAreInAFolderOfTheFirstTwoDigits() {
        for digest in [Digest(of: "a"), Digest(of: "a", .md5), Digest(of: "a", .md5).ofList] {
            let name = digest.name
            #expect(
                digest.path(in: Array("/f/objects".utf8))
                    == "/f/objects/\(name.prefix(2))/\(name.dropFirst(2))")
            #expect(Digest(name: name, digest.algorithm) == digest)
            #expect(Digest(hex: digest.hex.uppercased(), digest.algorithm) == nil)
        }
    }
}
