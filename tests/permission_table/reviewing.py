"""The reviewer's desk."""

TABLE: dict[str, str] = {}

TABLE["the desk of a reviewer"] = """
GET   /pruefung/                                              LFFFxxx
GET   /pruefung/zurueckgegeben/                               LFFFxxx
GET   /pruefung/zur-kenntnis/                                 LFFFxxx
GET   /pruefung/{draft.pk}/                                   LFFF---
GET   /pruefung/{submitted.pk}/                               LFFF-xx
GET   /pruefung/{returned.pk}/                                LFFF-xx
GET   /pruefung/{published.pk}/                               LFFF-xx
GET   /pruefung/{withdrawn.pk}/                               LFFF-xx
GET   /pruefung/{merged.pk}/                                  LFFF-xx
GET   /pruefung/{submitted.pk}/vorschau/                      LFFF-xx
GET   /pruefung/{draft.pk}/vorschau/                          LFFF---
POST  /pruefung/{draft.pk}/ < publish                         LFFF---
POST  /pruefung/{submitted.pk}/ < publish                     LFFF-xF
POST  /pruefung/{submitted.pk}/ < give_back                   LFFF-xF
POST  /pruefung/{submitted.pk}/ < nothing                     LFFF-eF
POST  /pruefung/{returned.pk}/ < publish                      LFFF-cF
POST  /pruefung/{withdrawn.pk}/ < publish                     LFFF-cF
POST  /pruefung/{merged.pk}/ < publish                        LFFF-cF
POST  /pruefung/{published.pk}/ < take_back                   LFFF-xx
GET   /pruefung/vorschlaege/{proposal.pk}/                    LFFF-xx
POST  /pruefung/vorschlaege/{proposal.pk}/ < nothing          LFFF-eF
GET   /pruefung/hinweise/{remark.pk}/                         LFFF-x-
POST  /pruefung/vorschlaege/{proposal.pk}/ < verdict          LFFF-xF
POST  /pruefung/hinweise/{remark.pk}/ < outcome               LFFF-x-
POST  /pruefung/nachweise/{private.pk}/                       LFFF-xF
POST  /pruefung/nachweise/{submitted_evidence.pk}/            LFFF-xF
POST  /pruefung/nachweise/{draft_evidence.pk}/                LFFF---
GET   /pruefung/nachweise/{private.pk}/datei/                 LFFF-xx
GET   /pruefung/nachweise/{submitted_evidence.pk}/datei/      LFFF-xx
GET   /pruefung/nachweise/{released.pk}/datei/                LFFFxxx
GET   /pruefung/nachweise/{draft_evidence.pk}/datei/          LFFF---
"""
