namespace TinyCorpus.Stories;

/// <summary>A short story of the small world.</summary>
/// <param name="cast">Who and what it is about.</param>
/// <param name="plot">What happens.</param>
internal sealed class Story(Cast cast, Plot plot)
{
    private static readonly Plot[] Plots =
    [
        new("a lost thing", Lost), new("friendship", Lonely), new("sharing", Sharing), new("being brave", Dark),
        new("learning something", Learning), new("a gift", Gift), new("a race", Race), new("a treasure", Treasure),
        new("saying sorry", Sorry), new("a storm", Storm),
    ];

    public static Story Create(Random random) => new(Cast.Draw(random), random.Pick<Plot>(Plots));

    /// <summary>The story as a plain text.</summary>
    public Document ToDocument(Random random)
    {
        var document = new Document();
        return document.Say(Text(random)).Control(Document.EndOfText, isLearned: true);
    }

    /// <summary>A request for the story, and the story.</summary>
    public (string Question, string Answer) ToTurn(Random random)
    {
        var hero = cast.Hero;
        var subject = random.Next(5) switch
        {
            0 => hero.Kind.A(),
            1 => $"{hero.Kind.A()} named {hero.Name}",
            2 => $"{hero.Kind.A()} and {cast.Friend.Kind.A()}",
            3 => $"{hero.Kind.A()} named {hero.Name} and {cast.Friend.Kind.A()} named {cast.Friend.Name}",
            _ => $"{hero.Name} and {plot.Theme}",
        };
        var request = random.Pick(
            $"Tell me a story about {subject}.", $"Write a story about {subject}.", $"Please tell a short story about {subject}.",
            $"Tell a story about {subject}.", $"I want a story about {subject}.");
        return (request, Text(random));
    }

    private string Text(Random random)
    {
        var sentences = new List<string> { Opening(), plot.Tell(cast), Ending() };
        var separator = random.Percent(30) ? "\n\n" : " ";
        return string.Join(separator, sentences).Replace("  ", " ", StringComparison.Ordinal);
    }

    private string Opening()
    {
        var hero = cast.Hero;
        var adjective = cast.Say("little", "young", "small", "happy", "kind", "brave", "shy", "clever");
        var first = cast.Say(
            $"Once upon a time there was {adjective.A()} {hero.Kind} named {hero.Name}.",
            $"Once upon a time, {adjective.A()} {hero.Kind} lived {cast.Place}. {hero.CapitalHis} name was {hero.Name}.",
            $"There was once {adjective.A()} {hero.Kind} called {hero.Name}.",
            $"{hero.Name} was {adjective.A()} {hero.Kind} who lived {cast.Place}.",
            $"One day {adjective.A()} {hero.Kind} named {hero.Name} woke up very early.");
        return first + " " + cast.Maybe(
            $"{hero.Name} liked to play {cast.Place}.",
            $"Every morning {hero.He} ate some {cast.Food} and went for a walk.",
            $"{hero.CapitalHe} had a warm bed and a small garden.",
            $"Everybody liked {hero.Him}, because {hero.He} was always friendly.");
    }

    private string Ending() => cast.Say(
        $"From that day on, {cast.Hero.Name} and {cast.Friend.Name} were the best of friends.",
        $"In the evening {cast.Hero.Name} went to bed and was very happy.",
        $"{cast.Hero.Name} never forgot that day.",
        "And they all lived happily ever after.",
        $"Then they ate some {cast.Food} together and laughed until it was dark.",
        "The end.");

    private static string Lost(Cast c)
    {
        var (hero, friend) = (c.Hero, c.Friend);
        var hiding = c.Random.Pick<string>(World.HidingPlaces);
        return string.Join(' ',
            c.Say($"{hero.Name} had a {c.ColoredThing} and loved it very much.", $"The best thing {hero.He} had was a {c.ColoredThing}.", $"{hero.CapitalHis} grandmother had given {hero.Him} a {c.ColoredThing}."),
            c.Say($"One day the {c.Thing} was gone.", $"But one morning {hero.He} could not find the {c.Thing}.", $"Then, on a windy day, {hero.He} lost the {c.Thing}."),
            c.Say($"{hero.Name} looked everywhere, but it was not there.", $"{hero.CapitalHe} looked in the house and in the garden, but found nothing.", $"{hero.CapitalHe} began to cry."),
            c.Say($"\"Why are you so sad?\" asked {friend.Name} the {friend.Kind}.", $"A {friend.Kind} named {friend.Name} came by. \"What is wrong?\" {friend.He} asked.", $"{hero.CapitalHis} friend {friend.Name}, a {friend.Kind}, heard {hero.Him}."),
            c.Say($"\"I lost my {c.Thing},\" said {hero.Name}.", $"\"My {c.ColoredThing} is gone,\" said {hero.Name}."),
            c.Say($"\"I will help you,\" said {friend.Name}.", $"\"Let us look for it together,\" {friend.He} said.", $"\"Do not cry. Four eyes see more than two,\" said {friend.Name}."),
            c.Maybe($"They looked {c.Place}.", "They looked and looked for a long time.", "They asked everyone they met."),
            c.Say($"At last {friend.Name} saw something {c.Color} {hiding}.", $"Then {hero.Name} saw it: the {c.Thing} was {hiding}!", $"And there it was, {hiding}."),
            c.Say($"\"Thank you!\" said {hero.Name}, and hugged {friend.Him}.", $"{hero.Name} jumped for joy.", $"{hero.Name} was so glad that {hero.He} danced."));
    }

    private static string Lonely(Cast c)
    {
        var (hero, friend) = (c.Hero, c.Friend);
        return string.Join(' ',
            c.Say($"But {hero.Name} was lonely.", $"{hero.Name} had nobody to play with.", $"Yet {hero.He} had no friend."),
            c.Maybe($"All day {hero.He} sat alone {c.Place}.", $"{hero.CapitalHe} talked to the clouds and to the stones."),
            c.Say($"One day {hero.He} met {friend.Kind.A()} {c.Place}.", $"Then a new {friend.Kind} came to live {c.Place}.", $"On a sunny morning {friend.Kind.A()} sat {c.Place}."),
            c.Say($"\"Hello, I am {friend.Name},\" said the {friend.Kind}.", $"The {friend.Kind} was called {friend.Name}.", $"\"My name is {friend.Name}. Who are you?\" asked the {friend.Kind}."),
            c.Say($"\"Do you want to play with me?\" asked {hero.Name}.", $"{hero.Name} was shy, but {hero.He} smiled.", $"\"I am {hero.Name}. Shall we play?\""),
            c.Say($"\"Yes!\" said {friend.Name}.", $"\"I would love to,\" said {friend.Name}.", $"{friend.Name} nodded and laughed."),
            c.Say($"They played with a {c.ColoredThing} until the sun went down.", $"They ran and jumped, and {friend.Name} showed {hero.Him} a {c.ColoredThing}.", $"They shared some {c.Food} and told each other stories."),
            c.Maybe($"{hero.Name} was not lonely any more.", $"\"Will you come back tomorrow?\" asked {hero.Name}. \"Every day,\" said {friend.Name}."));
    }

    private static string Sharing(Cast c)
    {
        var (hero, friend) = (c.Hero, c.Friend);
        return string.Join(' ',
            c.Say($"One day {hero.Name} found some {c.Food} {c.Place}.", $"One morning {hero.He} had a basket full of {c.Food}.", $"{hero.CapitalHis} mother gave {hero.Him} some {c.Food}."),
            c.Say($"\"All of it is for me,\" {hero.He} thought.", $"{hero.CapitalHe} was very hungry.", $"It smelled so good!"),
            c.Say($"Then {friend.Kind.A()} named {friend.Name} came along.", $"On the way home {hero.He} met {friend.Name} the {friend.Kind}."),
            c.Say($"\"I have not eaten all day,\" said {friend.Name}.", $"{friend.Name} looked thin and tired.", $"\"I am so hungry,\" said {friend.Name}."),
            c.Say($"{hero.Name} looked at the {c.Food}, and then at {friend.Name}.", $"{hero.Name} thought for a while."),
            c.Say("\"Here, take half of it,\" said " + hero.Name + ".", $"\"Come, we will share,\" said {hero.Name}.", $"Then {hero.He} gave {friend.Him} the larger half."),
            c.Say("They sat down and ate together.", "It tasted much better together.", $"{friend.Name} smiled for the first time that day."),
            c.Maybe($"The next day {friend.Name} brought {hero.Him} a {c.ColoredThing} to say thank you.", $"\"You are kind,\" said {friend.Name}."));
    }

    private static string Dark(Cast c)
    {
        var (hero, friend) = (c.Hero, c.Friend);
        return string.Join(' ',
            c.Say($"But {hero.Name} was afraid of the dark.", $"Only one thing scared {hero.Him}: the night.", $"At night {hero.He} hid under a blanket."),
            c.Say($"One evening {friend.Name}, {friend.Kind.A()}, did not come home.", $"One night {hero.His} friend {friend.Name} the {friend.Kind} called for help.", $"Then one evening {friend.Name} the {friend.Kind} got lost {c.Place}."),
            c.Say($"\"I have to find {friend.Him},\" said {hero.Name}.", $"{hero.Name} was afraid, but {hero.He} wanted to help."),
            c.Say($"{hero.CapitalHe} took a lamp and went out into the dark.", $"{hero.CapitalHe} took a deep breath and opened the door."),
            c.Maybe("An owl called. The wind blew in the trees.", "Everything was black and still.", $"{hero.CapitalHis} knees were shaking."),
            c.Say($"Step by step {hero.He} walked on.", $"\"I can do it,\" {hero.He} said to {(hero.IsFemale ? "herself" : "himself")}."),
            c.Say($"At last {hero.He} found {friend.Name} {c.Random.Pick<string>(World.HidingPlaces)}.", $"And there was {friend.Name}, cold and tired."),
            c.Say($"\"You came through the night for me!\" said {friend.Name}. \"How brave you are!\"", $"\"You are the bravest {hero.Kind} I know,\" said {friend.Name}."),
            c.Say($"After that {hero.Name} was not afraid of the dark any more.", $"{hero.Name} looked up and saw that the night was full of stars."));
    }

    private static string Learning(Cast c)
    {
        var (hero, friend) = (c.Hero, c.Friend);
        var skill = c.Say("swim", "sing", "bake bread", "climb trees", "play the flute", "dance", "read", "fly a kite", "row a boat", "paint");
        return string.Join(' ',
            c.Say($"{hero.Name} wanted to learn to {skill}.", $"More than anything {hero.He} wanted to {skill}.", $"One day {hero.He} saw others {skill}, and wanted to do it too."),
            c.Say($"{hero.CapitalHe} tried, but it went wrong.", $"The first time was very bad.", $"{hero.CapitalHe} tried again and again, but it was too hard."),
            c.Say("\"I will never learn it,\" " + hero.He + " said.", $"{hero.Name} was sad and wanted to give up."),
            c.Say($"{friend.Name}, an older {friend.Kind}, saw {hero.Him}.", $"But {friend.Name} the {friend.Kind} came and sat beside {hero.Him}."),
            c.Say($"\"I could not {skill} at first either,\" said {friend.Name}. \"Shall I show you?\"", $"\"Try it a little every day,\" said {friend.Name}.", $"\"Everyone has to start,\" said {friend.Name}. \"Watch me.\""),
            c.Say("So they practiced every day.", $"From then on {hero.He} practiced each morning {c.Place}.", "They practiced in sun and in rain."),
            c.Maybe("It got a little better each time.", $"Sometimes {hero.He} fell, and got up again."),
            c.Say($"And after some weeks {hero.Name} could {skill}!", $"Then one day it went well: {hero.Name} could {skill}."),
            c.Say($"\"Look!\" {hero.He} called. \"I can do it!\"", $"{friend.Name} was very proud of {hero.Him}."));
    }

    private static string Gift(Cast c)
    {
        var (hero, friend) = (c.Hero, c.Friend);
        return string.Join(' ',
            c.Say($"It was the birthday of {friend.Name} the {friend.Kind}.", $"{hero.CapitalHis} friend {friend.Name}, {friend.Kind.A()}, had a birthday."),
            c.Say($"\"What can I give {friend.Him}?\" thought {hero.Name}.", $"{hero.Name} wanted to give {friend.Him} something nice, but {hero.He} had no money."),
            c.Say($"{hero.CapitalHe} went to look for a gift {c.Place}.", $"First {hero.He} thought of {c.Food}, but that was too simple."),
            c.Say($"Then {hero.He} had an idea: {hero.He} would make a {c.ColoredThing}.", $"So {hero.He} sat down and made a {c.ColoredThing}.", $"At home {hero.He} worked all night on a {c.ColoredThing}."),
            c.Maybe("It was not easy.", "It took a long time.", "It was a little crooked, but made with love."),
            c.Say($"\"Happy birthday!\" said {hero.Name}.", $"In the morning {hero.He} knocked at the door of {friend.Name}."),
            c.Say($"{friend.Name} opened the gift. \"A {c.ColoredThing}!\" {friend.He} said.", $"When {friend.Name} saw the {c.Thing}, {friend.His} eyes grew big."),
            c.Say("\"You made it for me? It is the best gift of all.\"", $"\"I will keep it for ever,\" said {friend.Name}."));
    }

    private static string Race(Cast c)
    {
        var (hero, friend) = (c.Hero, c.Friend);
        return string.Join(' ',
            c.Say($"One day there was a race {c.Place}.", $"Every summer there was a big race {c.Place}."),
            c.Say($"The prize was a {c.ColoredThing}.", $"Who won would get a {c.ColoredThing}."),
            c.Say($"{hero.Name} wanted to win. So did {friend.Name} the {friend.Kind}.", $"\"I am faster than you,\" said {friend.Name} the {friend.Kind} to {hero.Name}."),
            c.Say("\"One, two, three, go!\" And off they ran.", "The bell rang, and everybody ran."),
            c.Say($"{friend.Name} was in front, and {hero.Name} was just behind.", $"{hero.Name} ran as fast as {hero.He} could."),
            c.Say($"Suddenly {friend.Name} fell and hurt {friend.His} foot.", $"Then {friend.Name} slipped on the wet grass."),
            c.Say($"{hero.Name} could have won now. But {hero.He} stopped.", $"{hero.Name} stopped at once."),
            c.Say($"\"Hold on to me,\" {hero.He} said.", $"{hero.CapitalHe} helped {friend.Him} up, and they walked on together."),
            c.Say("They were the last, but everyone clapped.", "They came in together, as the very last."),
            c.Say($"\"A friend is better than a {c.Thing},\" said {friend.Name}.", $"And the {c.Thing} was given to both of them."));
    }

    private static string Treasure(Cast c)
    {
        var (hero, friend) = (c.Hero, c.Friend);
        var hiding = c.Random.Pick<string>(World.HidingPlaces);
        return string.Join(' ',
            c.Say($"One day {hero.Name} found an old map.", $"In an old book {hero.He} found a map.", $"On a rainy day {hero.He} found a map in a box."),
            c.Say($"\"It shows a treasure!\" {hero.He} said to {friend.Name} the {friend.Kind}.", $"{hero.CapitalHe} ran to {friend.Name} the {friend.Kind} and showed it to {friend.Him}."),
            c.Say("\"Let us go!\" said " + friend.Name + ".", $"\"We need {c.Food} for the way,\" said {friend.Name}."),
            c.Say("They walked over the hill and through the forest.", "They followed the river all day long.", "The way was long, and their feet hurt."),
            c.Maybe($"\"Are we there yet?\" asked {friend.Name}.", "At night they slept under the stars."),
            c.Say($"The map led them to a place {hiding}.", $"At last they came to the right place. They dug {hiding}."),
            c.Say("There they found a wooden box.", "There was an old box."),
            c.Say($"In it lay a {c.ColoredThing}.", $"They opened it, and saw a {c.ColoredThing}."),
            c.Say($"\"It is not gold,\" said {friend.Name}, \"but it was a great adventure.\"", $"\"It belongs to both of us,\" said {hero.Name}."));
    }

    private static string Sorry(Cast c)
    {
        var (hero, friend) = (c.Hero, c.Friend);
        return string.Join(' ',
            c.Say($"{friend.Name} the {friend.Kind} had a {c.ColoredThing}.", $"{hero.CapitalHis} friend {friend.Name}, {friend.Kind.A()}, had a new {c.ColoredThing}."),
            c.Say($"One day {hero.Name} played with the {c.Thing} and it broke.", $"{hero.Name} took it without asking, and dropped it. It broke."),
            c.Say($"{hero.CapitalHe} was afraid and hid the {c.Thing} {c.Random.Pick<string>(World.HidingPlaces)}.", $"\"Oh no,\" thought {hero.Name}. \"What shall I do now?\""),
            c.Say($"\"Where is my {c.Thing}?\" asked {friend.Name}.", $"Soon {friend.Name} came and looked for the {c.Thing}."),
            c.Maybe($"{hero.Name} said nothing, and {hero.His} stomach hurt.", "\"I do not know,\" said " + hero.Name + ". But that was not true."),
            c.Say($"All night {hero.He} could not sleep.", $"{hero.CapitalHe} felt very bad."),
            c.Say($"In the morning {hero.He} went to {friend.Name}. \"I broke it,\" {hero.He} said. \"I am sorry.\"", $"Then {hero.He} told the truth. \"I am so sorry,\" said {hero.Name}."),
            c.Say($"{friend.Name} was sad at first. Then {friend.He} said: \"Thank you for telling me.\"", $"\"It was brave to tell me,\" said {friend.Name}."),
            c.Say($"Together they mended the {c.Thing}.", $"They glued the {c.Thing}, and it was almost as good as new."));
    }

    private static string Storm(Cast c)
    {
        var (hero, friend) = (c.Hero, c.Friend);
        return string.Join(' ',
            c.Say("One day dark clouds came over the hill.", "One night a great storm came.", "In autumn the wind grew stronger and stronger."),
            c.Say("It rained and thundered.", "The wind howled, and the rain fell hard."),
            c.Say($"{hero.Name} sat at home by the fire with a {c.ColoredThing}.", $"{hero.Name} closed the windows and made some {c.Food}."),
            c.Say("Suddenly there was a knock at the door.", $"Then {hero.He} heard a voice outside."),
            c.Say($"It was {friend.Name} the {friend.Kind}, wet and cold.", $"There stood {friend.Name}, {friend.Kind.A()}, shaking with cold."),
            c.Say($"\"The wind took the roof of my house,\" said {friend.Name}.", $"\"My house is full of water,\" {friend.He} said."),
            c.Say($"\"Come in!\" said {hero.Name}. \"You can stay with me.\"", $"{hero.Name} gave {friend.Him} a warm blanket and some {c.Food}."),
            c.Maybe("They told each other stories until the storm was over.", $"That night {hero.Name} slept on the floor, and {friend.Name} in the bed."),
            c.Say("In the morning the sun was shining again.", "The next day the sky was blue."),
            c.Say("Together they built a new house.", $"{hero.Name} helped {friend.Him} to mend the roof."));
    }
}
