using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lamina.Runtime;

namespace Lamina.Tests.Fakes;

/// <content>Edits of sequences. A state is the sequence's tokens.</content>
internal sealed partial class FakeDecoder
{
    private const int Mark = 0x5a5a5a5a;

    public string StateFormat => "fake 1";

    public bool CanShift => _runtime.CanShift && _runtime.Info.Memory == MemoryKind.Attention;

    /// <summary>Cells that hold a token, each counted once.</summary>
    public int UsedCells => _cells.SelectMany(cells => cells).Distinct(ReferenceEqualityComparer.Instance).Count();

    /// <summary>What was done to sequences, by the name of the member.</summary>
    public Dictionary<string, int> Edits { get; } = [];

    public int GetLength(int sequence)
    {
        Guard();
        ExpectSequence(sequence);
        return _sequences[sequence].Count;
    }

    public bool CanTruncate(int sequence, int length)
    {
        Guard();
        ExpectSequence(sequence);
        Expect(length >= 0 && length <= _sequences[sequence].Count, $"cut to {length}", nameof(length));
        return _runtime.Info.Memory == MemoryKind.Attention || length == 0 || length == _sequences[sequence].Count;
    }

    public void Truncate(int sequence, int length)
    {
        Edit();
        Support(CanTruncate(sequence, length), "cut of a memory that cannot be cut");
        Release(sequence, length);
    }

    public void RemoveRange(int sequence, int start, int count)
    {
        Edit();
        ExpectSequence(sequence);
        Expect(start >= 0 && count >= 0 && (long)start + count <= _sequences[sequence].Count, $"removal of {count} from {start}", nameof(count));
        Support(CanShift, "shift of a memory that cannot be shifted");
        Expect(
            !_cells[sequence].Exists(cell => _cells.Count(cells => cells.Contains(cell)) > 1), "shift of shared cells");
        _sequences[sequence].RemoveRange(start, count);
        _cells[sequence].RemoveRange(start, count);
    }

    public void Share(int source, int destination, int length)
    {
        Edit();
        ExpectSequence(source);
        ExpectSequence(destination);
        Expect(_sequences[destination].Count == 0, "sharing into a sequence that is not empty", nameof(destination));
        Expect(length >= 0 && length <= _sequences[source].Count, $"sharing of {length} tokens", nameof(length));
        Support(Options.KvLayout == KvLayout.Shared, "sharing in the per-sequence layout");
        Support(_runtime.Info.Memory == MemoryKind.Attention, "sharing of a memory that cannot be cut");
        _sequences[destination].AddRange(_sequences[source].Take(length));
        _cells[destination].AddRange(_cells[source].Take(length));
    }

    public long GetStateSize(int sequence)
    {
        Guard();
        ExpectSequence(sequence);
        return (_sequences[sequence].Count + 2) * sizeof(int);
    }

    public void SaveState(int sequence, Span<byte> destination)
    {
        Edit();
        Expect(destination.Length == GetStateSize(sequence), $"a state of {destination.Length} bytes", nameof(destination));
        Expect(_sequences[sequence].Count > 0, "the state of an empty sequence", nameof(sequence));
        int[] state = [Mark, _sequences[sequence].Count, .. _sequences[sequence]];
        MemoryMarshal.AsBytes(state.AsSpan()).CopyTo(destination);
    }

    public bool LoadState(int sequence, Span<byte> state, int length)
    {
        Edit();
        ExpectSequence(sequence);
        Expect(_sequences[sequence].Count == 0, "a state loaded into a sequence that is not empty", nameof(sequence));
        Expect(length >= 1, $"a state of {length} tokens", nameof(length));
        var numbers = MemoryMarshal.Cast<byte, int>(state);
        if (numbers.Length < 2 || numbers[0] != Mark || numbers[1] != length || state.Length != (length + 2) * sizeof(int))
        {
            throw new LaminaException("load state", "These are not the bytes of a state.");
        }

        if (UsedCells + length > Options.CellCount)
        {
            return false;
        }

        foreach (var token in numbers[2..])
        {
            _sequences[sequence].Add(token);
            _cells[sequence].Add(new());
        }

        return true;
    }

    private void Support(bool condition, string breach)
    {
        if (!condition)
        {
            _runtime.Breaches.Enqueue(breach);
            throw new NotSupportedException(breach);
        }
    }

    private void Release(int sequence, int length)
    {
        _sequences[sequence].RemoveRange(length, _sequences[sequence].Count - length);
        _cells[sequence].RemoveRange(length, _cells[sequence].Count - length);
    }

    private void Edit([CallerMemberName] string member = "")
    {
        Guard(member);
        Edits[member] = Edits.GetValueOrDefault(member) + 1;
    }
}
