@testable import ContentStore
import Glibc
import Testing

struct FailpointTests {
    @Test func aFailureIsReadFromItsThreeParts() {
        #expect(
            Failpoint.parse("rename:3:kill")
                == .init(operation: .rename, number: 3, lasts: false, effect: .kill))
        #expect(
            Failpoint.parse("any:1+:ENOSPC")
                == .init(operation: nil, number: 1, lasts: true, effect: .error(ENOSPC)))
        #expect(
            Failpoint.parse("write:12:short")
                == .init(operation: .write, number: 12, lasts: false, effect: .short))
    }

    @Test(arguments: [
        "", "kill", "rename:3", "rename:0:kill", "rename:-1:kill", "rename:+:kill", "move:1:kill",
        "rename:1:ENOTHING", "rename:1:kill:", "rename:99999999999999999999:kill",
    ])
    func whatSaysNothingIsNoFailure(text: String) {
        #expect(Failpoint.parse(text) == nil)
    }

    /// Errors that people can do something about say what.
    @Test(arguments: [
        (ENOSPC, "make room"), (EDQUOT, "make room"), (EMFILE, "ulimit -n"), (EROFS, "writable"),
        (EACCES, "writable"), (EFBIG, "ulimit -f"),
    ])
    func anErrorNamesThePathAndWhatToDo(code: Int32, hint: String) {
        let text = FileError.failed(action: "write", path: "/p/x", code: code).description
        #expect(text.hasPrefix("cannot write '/p/x': "))
        #expect(text.split(separator: "\n").last?.hasPrefix("hint: ") == true)
        #expect(text.contains(hint))
    }
}
