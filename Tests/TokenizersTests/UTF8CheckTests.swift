import Testing

@testable import Tokenizers

private func plain(_ bytes: [UInt8]) -> Int? {
    do {
        _ = try UTF8Span(validating: bytes.span)
        return nil
    } catch {
        return error.byteOffsets.lowerBound
    }
}

@Test func faultsOfUTF8AreFoundWhereTheStandardLibraryFindsThem() {
    var draw = Draw(state: 11)
    let parts: [[UInt8]] = [
        Array("abcdefgh".utf8), Array("x".utf8), Array("é".utf8), Array("日本".utf8),
        Array("😀".utf8), [0x80], [0xC3], [0xE6, 0x97], [0xF0, 0x9F, 0x98], [0xC0, 0xAF],
        [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0],
    ]
    for round in 0..<4_000 {
        // Every other text is mostly right, so that late faults occur.
        let choices = round.isMultiple(of: 2) ? parts.count : 5
        var bytes = (0..<draw.below(12)).flatMap { _ in parts[draw.below(choices)] }
        if choices == 5 { bytes += parts[draw.below(parts.count)] }
        #expect(UTF8Check.firstFault(bytes.span) == plain(bytes), "\(bytes)")
    }
}
