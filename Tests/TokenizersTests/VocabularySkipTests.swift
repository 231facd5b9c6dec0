import Foundation
import TestSupport
import Testing

@testable import Tokenizers

private func settings(_ text: String) -> String {
    String(decoding: VocabularySkip.settings(in: Data(text.utf8)), as: UTF8.self)
}

@Test func thePiecesAreTakenOut() {
    #expect(settings(#"{"model":{"vocab":{"a":0,"b":1}}}"#) == #"{"model":{"vocab":{}}}"#)
    #expect(
        settings(#" { "x" : [{"model": {"vocab": 3}}, "}"], "model" : {"t": "{", "vocab" : {} } }"#)
            == #" { "x" : [{"model": {"vocab": 3}}, "}"], "model" : {"t": "{", "vocab" : {} } }"#)
    #expect(
        settings(
            "{\"a\":-1.5e3,\"model\":\n{\"vocab\":\t{ \"\\\"\\\\é\" : 10 ,\r\"\":2} , \"z\":1}}")
            == "{\"a\":-1.5e3,\"model\":\n{\"vocab\":\t{} , \"z\":1}}")
}

@Test func textThatIsNotAsExpectedStaysAsItIs() {
    for vocabulary in [
        #"{"a":0,}"#, #"{"a" 0}"#, #"{"a":00}"#, #"{"a":-1}"#, #"{"a":1.5}"#, #"{"a":null}"#,
        #"{a:0}"#, #"{"a":0 "b":1}"#, #"{"\u0061":0}"#, #"{"\x":0}"#, #"{"a"#, "[]",
        "{\"a\n\":0}", #"{"a":}"#, #"{"a":12345678901}"#, #"{"a":0]"#, "{,}", "",
    ] {
        let text = #"{"model":{"vocab":\#(vocabulary)}}"#
        #expect(settings(text) == text)
    }
    for text in [
        "", "[", "{}", #"{"model":3}"#, #"{"model":{}}"#, #"{"model":{"x":{"vocab":{}}}}"#,
    ] {
        #expect(settings(text) == text)
    }
    let notText = Data(Array(#"{"model":{"vocab":{""#.utf8) + [0xFF] + Array(#"":0}}}"#.utf8))
    #expect(VocabularySkip.settings(in: notText) == notText)
}

/// A whole `tokenizer.json`, and every way to cut it short or to damage a byte of it.
@Test func aDamagedFileIsJudgedAsIfItWereDecodedWhole() throws {
    let folder = try TemporaryFolder()
    try folder.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n\"\n", to: "plain/vocab.txt")
    try WordPieceTokenizer(folder: folder.file("plain")).write(to: folder.file("whole"))
    let whole = try Data(
        contentsOf: URL(fileURLWithPath: folder.file("whole/tokenizer.json")))
    #expect(VocabularySkip.settings(in: whole).count < whole.count)
    var draw = Draw(state: 3)
    let damaged =
        (0..<whole.count).map { whole.prefix($0) }
        + (0..<600).map { _ in
            var copy = whole
            copy[draw.below(whole.count)] = Array("{}[]\":,\\0 u\n\u{FF}".utf8)[draw.below(14)]
            return copy
        }
    for data in damaged {
        let decoded = try? JSONDecoder().decode(TokenizerSettings.self, from: data)
        let part = VocabularySkip.settings(in: data)
        let skipped = try? JSONDecoder().decode(TokenizerSettings.self, from: part)
        #expect(
            decoded.debugDescription == skipped.debugDescription,
            "\(String(decoding: data, as: UTF8.self))")
    }
}
