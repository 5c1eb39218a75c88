"""Friendly names for people who have not chosen one: "Amber Otter".

Two word lists of our own, chosen so that no pair can hurt.

No word speaks of size, age, skin, origin or anything bad, and no animal is a byword for a person.
"""

from __future__ import annotations

from random import Random
from typing import Final

MAX_CHARS: Final = 24

_FIRST: Final = """
    airy alpine amber amiable apricot aqua autumn azure balmy beaming blissful blithe breezy bright
    brisk bubbly buoyant calm candid carefree caring cedar celadon cerulean cheerful cheery cinnamon
    citrine civil clear clever cloudless cobalt comfy copper coral cordial cosmic cosy cozy crisp
    curious dapper daring dawn daylight deft dewy dreamy eager earnest emerald evening fabled
    festive fleet fluent fond fresh friendly gallant garnet generous genial gentle gilded glad
    gleaming glowing golden graceful gracious grateful halcyon happy harvest hearty helpful honest
    hopeful humming indigo inland island jade jaunty jolly jovial joyful joyous jubilant keen kind
    kindly leafy lilac lively loyal lucid lucky lunar lyrical magenta magic maple marble marine
    meadow mellow merry mindful mint misty morning mossy musical neat nimble noble northern nutmeg
    olive opal orchard patient peaceful pearl peppy plucky poetic polite prairie prime prompt proud
    quick quiet radiant rainy ready river rosy ruby rustic saffron sage sapphire scarlet sea serene
    shining silver sincere sky snowy snug solar spirited sprightly spring spruce starry steady
    stellar sterling summer sunlit sunny swift tangerine teal thankful tidy topaz tranquil trusty
    twilight upbeat valiant velvet vermilion vibrant violet vivid wandering warm welcome windy
    winsome winter wise witty wondering woodland zesty
    """
_SECOND: Final = """
    acacia alder alpaca anemone antelope aspen aster avocet azalea badger bamboo barbet basil bee
    beetle begonia birch bison bluebell bluebird bobolink bongo borage bracken buckeye bullfinch
    bunting buttercup butterfly camellia campion canary caracal caribou cedar chamois chickadee
    chinchilla chipmunk cicada civet clover columbine condor conifer cornflower cosmos cowslip crane
    cricket crocus curlew cypress daffodil dahlia daisy damselfly deer dogwood dolphin dormouse dove
    dragonfly dunlin eagle egret eider elder elm ermine falcon fern fieldfare finch firefly flamingo
    flax foxglove freesia fuchsia gardenia gazelle gecko genet gentian geranium gerbil ginkgo godwit
    goldfinch goldfish goshawk grebe greenfinch guillemot hamster hare harebell hawthorn hazel
    heather hedgehog heron hibiscus holly honeybee hornbeam hyacinth hydrangea ibex ibis impala iris
    ivy jackdaw jasmine jay jerboa juniper katydid kestrel kingfisher kinglet kite koala koi kudu
    ladybird lapwing larch lark laurel lavender lemur leveret lichen lilac lily linden linnet llama
    lobelia lotus lupin lynx macaw magnolia mallard maple marigold marjoram marmot marten martin
    merlin mimosa mistletoe monarch moorhen moose moss moth myrtle narwhal nasturtium newt nightjar
    nuthatch oak ocelot okapi oleander orchid oriole oryx osprey otter ouzel owl oxlip panda
    pangolin partridge pelican penguin peony petrel petunia phlox pika pimpernel pine pipit plover
    poplar poppy porpoise primrose ptarmigan puffin quail quokka rabbit raven redpoll redstart
    redwing reindeer robin rook rosemary rowan saffron sage salmon sandpiper scoter seahorse seal
    serval siskin skylark snowbell snowdrop songbird sparrow speedwell spoonbill spruce squirrel
    starfish starling stoat stonechat stork sunbird sunflower swan swift sycamore tamarin tanager
    tansy tapir teal tern thistle thyme toucan treefrog tulip turnstone turtle valerian verbena
    viola violet vole wagtail walnut warbler waxwing wheatear whinchat willow wisteria wombat wren
    wryneck yarrow yew zebra zinnia
    """

FIRST_WORDS: Final = tuple(_FIRST.split())
SECOND_WORDS: Final = tuple(_SECOND.split())


def random_name(rng: Random) -> str:
    """A name of two words. Not unique: a room shows who is who by more than the name."""
    first = rng.choice(FIRST_WORDS)
    # "Lilac Lilac" would look like a mistake.
    second = rng.choice([word for word in SECOND_WORDS if word != first])
    return f"{first.title()} {second.title()}"
