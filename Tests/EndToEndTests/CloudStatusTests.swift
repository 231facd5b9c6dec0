import Foundation
import TestSupport
import Testing

/// `status -c`: cache and remote compared.
struct CloudStatusTests {
    private let store: TemporaryFolder
    private let project: ToyProject

    /// A project with a file and a folder that the cache keeps.
    init() throws {
        store = try TemporaryFolder()
        project = try ToyProject(
            pipeline: """
                stages:
                  one: {cmd: cp raw.txt one, deps: [raw.txt], outs: [one]}
                  two: {cmd: mkdir two && cp one two/a && echo x > two/x, deps: [one], outs: [two]}

                """)
        _ = try project.nlpipe("repro")
        _ = try project.nlpipe("remote", "add", "-d", "store", store.file("objects"))
    }

    private func status(_ arguments: String...) throws -> String {
        let result = try Program.nlpipe(["status", "--json"] + arguments, in: project.path)
        #expect(result.status == 0, "\(result.error)")
        return result.out
    }

    @Test func everyStateHasItsWord() throws {
        let new = #"{"one":"new","two":"new","two/x":"new"}"# + "\n"
        #expect(try status("-c") == new)
        // Nothing is made by a look.
        #expect(!FileManager.default.fileExists(atPath: store.file("objects")))
        #expect(try status("-c", "one") == #"{"one":"new"}"# + "\n")
        #expect(try project.nlpipe("push").status == 0)
        #expect(try status("-r", "store") == "{}\n")
        #expect(
            try project.nlpipe("status", "-c").out == "Cache and remote 'store' are in sync.\n")
        try FileManager.default.removeItem(atPath: project.folder.file(".nlpipe/cache"))
        // The list of 'two' is brought with its files.
        #expect(try status("-c") == #"{"one":"deleted","two/x":"deleted"}"# + "\n")
        #expect(try project.nlpipe("status", "-c", "-q").status == 1)
        #expect(
            try project.nlpipe("status", "-c", "one").out == "\tdeleted:            one\n")
        try FileManager.default.removeItem(atPath: store.file("objects"))
        #expect(try status("-c") == #"{"one":"missing","two":"missing"}"# + "\n")
    }

    @Test func otherCommitsCount() throws {
        try project.commit()
        #expect(try project.nlpipe("push").status == 0)
        try project.folder.write("c\n", to: "raw.txt")
        #expect(try project.nlpipe("repro").status == 0)
        try project.commit()
        #expect(try project.nlpipe("push").status == 0)
        #expect(try status("-c", "-A") == "{}\n")
        try FileManager.default.removeItem(atPath: store.file("objects"))
        #expect(try project.nlpipe("push").status == 0)
        #expect(try status("-c") == "{}\n")
        #expect(try status("-c", "-A", "one") == #"{"one":"new"}"# + "\n")
        #expect(try project.nlpipe("push", "-A").status == 0)
        #expect(try status("-c", "-A") == "{}\n")
    }

    @Test func whatDoesNotGoTogetherIsRefused() throws {
        for arguments in [["--explain", "-c"], ["-A"], ["-d"], ["-r", "nothing"]] {
            let result = try Program.nlpipe(["status"] + arguments, in: project.path)
            #expect(result.status == 2 && result.out.isEmpty, "\(arguments)")
        }
    }
}
