namespace Lamina.Constraints.Json;

/// <summary>A document under way, as the text that it is.</summary>
internal sealed class JsonText : TextState
{
    private readonly JsonState _state;
    private readonly Trail? _trail;
    private readonly bool _keepsTrail;

    /// <param name="state">How far it has come.</param>
    /// <param name="keepsTrail">Whether its text is kept.</param>
    public JsonText(JsonState state, bool keepsTrail)
        : this(state, keepsTrail, null)
    {
    }

    private JsonText(JsonState state, bool keepsTrail, Trail? trail)
    {
        (_state, _keepsTrail, _trail) = (state, keepsTrail, trail);
    }

    protected override ReadOnlySpan<byte> Candidates => _state.Candidates ?? base.Candidates;

    public override bool CanEnd => _state.IsEnd;

    public override TextState? Accept(byte value)
    {
        var after = _keepsTrail ? new Trail(_trail, value) : null;
        var next = _state.Accept(value, _trail, after);
        return next is null ? null : ReferenceEquals(next, _state) && !_keepsTrail ? this : new JsonText(next, _keepsTrail, after);
    }
}
