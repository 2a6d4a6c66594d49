// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The facets in the view of the traces, by mouse and keyboard.
#include <QAbstractItemView>
#include <QAccessible>
#include <QClipboard>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPointer>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>

#include "../theme/session_fixture.h"
#include "ui/theme/controls.h"
#include "ui/traces/facet_delegate.h"
#include "ui/traces/facet_tree.h"
#include "ui/traces/facets_model.h"
#include "ui/traces/facets_panel.h"
#include "ui/traces/key_completer.h"
#include "ui/traces/traces_model.h"
#include "ui/traces/traces_view.h"

namespace waybill::ui {
namespace {

const char* const kTraces = R"(
web POST /buy        0..155ms SERVER trace=a1 {tenant=blue, http.status_code=500}
  payment POST /charge 2..152ms CLIENT trace=a1
    bank-api POST /auth 8..148ms SERVER trace=a1 error
web GET /cart        10..70ms SERVER trace=b2 {tenant=red, http.status_code=200}
email process        5..45ms  CONSUMER trace=c3 {tenant=red}
  email smtp         6..7ms   CLIENT trace=c3 error {smtp.code=550}
web GET /health      20..20.85ms SERVER trace=d4 {tenant=blue, http.status_code=200, note=two words}
)";

class FacetsPanelTest : public SessionFixture {
 protected:
  void SetUp() override {
    m_view.resize(372, 900);
    m_view.show();
    m_view.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&m_view));
  }

  void openFacets() {
    open(kTraces);
    button()->click();
    settle();
  }
  void settle() {
    ASSERT_TRUE(QTest::qWaitFor([this] { return model()->isUpToDate() && counter()->isUpToDate(); }, 10'000));
    QTest::qWait(1);
  }
  TracesModel* model() const { return m_view.findChild<TracesModel*>(); }
  FacetCounter* counter() const { return m_view.findChild<FacetCounter*>(); }
  FacetsPanel* panel() const { return m_view.findChild<FacetsPanel*>(); }
  FacetTree* tree() const { return m_view.findChild<FacetTree*>(); }
  QToolButton* button() const { return m_view.findChild<QToolButton*>(QStringLiteral("tracesFacets")); }
  FilterEdit* filter() const { return m_view.findChild<FilterEdit*>(QStringLiteral("tracesFilter")); }
  QString state() const { return m_view.findChild<QLabel*>(QStringLiteral("facetsState"))->text(); }
  QString text() const { return filter()->text(); }

  // A group, or a value in it.
  QModelIndex at(const char* group, const char* value = nullptr) const {
    const QAbstractItemModel& all = *tree()->model();
    for (int g = 0; g < all.rowCount(); ++g) {
      const QModelIndex parent = all.index(g, 0);
      if (parent.data(FacetsModel::KeyRole).toString() != QLatin1StringView(group)) continue;
      if (value == nullptr) return parent;
      for (int row = 0; row < all.rowCount(parent); ++row) {
        const QModelIndex index = all.index(row, 0, parent);
        if (index.data(FacetsModel::ValueRole).toString() == QLatin1StringView(value)) return index;
      }
    }
    return {};
  }
  uint32_t traces(const char* group, const char* value) const {
    return at(group, value).data(FacetsModel::TracesRole).toUInt();
  }
  void click(const QModelIndex& index, Qt::KeyboardModifiers modifiers = {}) {
    ASSERT_TRUE(index.isValid());
    tree()->scrollTo(index);
    QTest::mouseClick(tree()->viewport(), Qt::LeftButton, modifiers, tree()->visualRect(index).center());
    settle();
  }
  void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
    QTest::keyClick(tree(), key, modifiers);
    settle();
  }
  void add(const char* attribute) {
    panel()->findChild<QToolButton*>(QStringLiteral("facetsAdd"))->click();
    auto* edit = panel()->findChild<QLineEdit*>(QStringLiteral("facetsAddEdit"));
    QTest::keyClicks(edit, QString::fromLatin1(attribute));
    QTest::keyClick(edit, Qt::Key_Return);
    settle();
  }
  // The menu of a row, open.
  QMenu* menuOf(const QModelIndex& index) {
    tree()->scrollTo(index);
    const QPoint place = tree()->visualRect(index).center();
    QContextMenuEvent event(QContextMenuEvent::Mouse, place, tree()->viewport()->mapToGlobal(place));
    QApplication::sendEvent(tree()->viewport(), &event);
    return m_view.findChild<QMenu*>(QStringLiteral("facetsMenu"));
  }
  void choose(const QModelIndex& index, const QString& text) {
    QMenu* menu = menuOf(index);
    ASSERT_NE(menu, nullptr);
    QAction* found = nullptr;
    for (QAction* action : menu->actions()) {
      if (action->text() == text) found = action;
    }
    ASSERT_NE(found, nullptr) << text.toStdString();
    EXPECT_TRUE(found->isEnabled());
    found->trigger();
    menu->close();
    delete menu;
    settle();
  }

  TracesView m_view{m_session, nullptr};
};

}  // namespace

TEST_F(FacetsPanelTest, AreHiddenUntilWantedAndThatIsRemembered) {
  open(kTraces);
  EXPECT_FALSE(panel()->isVisible());
  QTest::qWait(20);
  EXPECT_TRUE(counter()->facets().empty()) << "nothing is counted that nobody sees";
  auto* action = m_view.findChild<QAction*>(QStringLiteral("showFacets"));
  QTest::keyClick(&m_view, Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
  settle();
  EXPECT_TRUE(panel()->isVisible());
  EXPECT_TRUE(button()->isChecked() && action->isChecked());
  EXPECT_TRUE(tree()->hasFocus());
  EXPECT_EQ(state(), QStringLiteral("4 traces, by value"));
  picture(m_view, QStringLiteral("traces-facets"));
  EXPECT_TRUE(TracesView(m_session, nullptr).findChild<QToolButton*>(QStringLiteral("tracesFacets"))->isChecked());
  button()->click();
  EXPECT_FALSE(panel()->isVisible() || action->isChecked());
}

TEST_F(FacetsPanelTest, AClickPutsAValueIntoTheFilterAndTakesItOut) {
  openFacets();
  EXPECT_EQ(traces("service", "web"), 3U);
  EXPECT_EQ(traces("status", "ERROR"), 2U);
  click(at("service", "web"));
  EXPECT_EQ(text(), QStringLiteral("service=web"));
  EXPECT_EQ(model()->rowCount(), 3);
  EXPECT_EQ(traces("status", "ERROR"), 1U) << "of those in the list";
  EXPECT_EQ(traces("service", "email"), 1U) << "what else there is";
  EXPECT_EQ(state(), QStringLiteral("3 of 4 traces, by value"));
  click(at("tenant", "blue"));
  EXPECT_EQ(text(), QStringLiteral("service=web tenant=blue"));
  EXPECT_EQ(model()->rowCount(), 2);
  picture(m_view, QStringLiteral("traces-facets-chosen"));
  click(at("service", "web"));
  EXPECT_EQ(text(), QStringLiteral("tenant=blue"));
}

TEST_F(FacetsPanelTest, AnotherValueOfAKeyTakesThePlaceOfTheFirstUnlessBothAreWanted) {
  openFacets();
  click(at("service", "web"));
  click(at("service", "bank-api"));
  EXPECT_EQ(text(), QStringLiteral("service=bank-api"));
  EXPECT_EQ(static_cast<size_t>(model()->rowCount()), traces("service", "bank-api"));
  click(at("service", "web"), Qt::ControlModifier);
  EXPECT_EQ(text(), QStringLiteral("service=bank-api service=web"));
  choose(at("service", "email"), QStringLiteral("Only This Value"));
  EXPECT_EQ(text(), QStringLiteral("service=email"));
}

TEST_F(FacetsPanelTest, ExcludingAValueLeavesOutTheTracesThatHaveIt) {
  openFacets();
  click(at("status", "ERROR"), Qt::ShiftModifier);
  EXPECT_EQ(text(), QStringLiteral("!status=ERROR"));
  EXPECT_EQ(model()->rowCount(), 2);
  EXPECT_EQ(at("status", "ERROR").data(FacetsModel::StateRole).value<FacetsModel::ValueState>(),
            FacetsModel::ValueState::Excluded)
      << "in sight, so that it can be lifted";
  choose(at("service", "web"), QStringLiteral("Exclude"));
  EXPECT_EQ(text(), QStringLiteral("!status=ERROR !service=web"));
  EXPECT_EQ(model()->rowCount(), 0);
  EXPECT_EQ(state(), QStringLiteral("No trace matches the filter"));
  picture(m_view, QStringLiteral("traces-facets-none"));
  choose(at("service", "web"), QStringLiteral("Exclude No More"));
  click(at("status", "ERROR"));
  EXPECT_EQ(text(), QString());
}

TEST_F(FacetsPanelTest, TheKeyboardDoesTheSame) {
  openFacets();
  tree()->setFocus();
  tree()->setCurrentIndex(at("service"));
  key(Qt::Key_Down);
  EXPECT_EQ(tree()->currentIndex(), at("service", "web"));
  key(Qt::Key_Return);
  EXPECT_EQ(text(), QStringLiteral("service=web"));
  EXPECT_EQ(tree()->currentIndex(), at("service", "web")) << "the cursor stays";
  EXPECT_TRUE(tree()->hasFocus());
  key(Qt::Key_Space);
  EXPECT_EQ(text(), QString());
  key(Qt::Key_Space, Qt::ShiftModifier);
  EXPECT_EQ(text(), QStringLiteral("!service=web"));
  key(Qt::Key_Return);
  QTest::keyClick(tree(), Qt::Key_C, Qt::ControlModifier);
  EXPECT_EQ(QGuiApplication::clipboard()->text(), QStringLiteral("web"));
  tree()->setCurrentIndex(at("service"));
  key(Qt::Key_Left);
  EXPECT_FALSE(tree()->isExpanded(at("service")));
  key(Qt::Key_Return);
  EXPECT_TRUE(tree()->isExpanded(at("service")));
}

TEST_F(FacetsPanelTest, FollowWhatIsTypedIntoTheFilter) {
  openFacets();
  filter()->setFocus();
  QTest::keyClicks(filter(), QStringLiteral("status=error tenant=red"));
  const auto isChosen = [this](const char* group, const char* value) {
    return at(group, value).data(FacetsModel::StateRole).value<FacetsModel::ValueState>() ==
           FacetsModel::ValueState::Chosen;
  };
  EXPECT_TRUE(isChosen("status", "ERROR")) << "at once";
  EXPECT_TRUE(isChosen("tenant", "red"));
  settle();
  EXPECT_EQ(traces("tenant", "blue"), 1U);
  EXPECT_TRUE(filter()->hasFocus());
}

TEST_F(FacetsPanelTest, ValuesThatNeedQuotesGetThem) {
  openFacets();
  filter()->setText(QStringLiteral("\"open"));
  settle();
  add("note");
  click(at("note", "two words"));
  EXPECT_EQ(text(), QStringLiteral("note=\"two words\" \"open")) << "before what is not finished";
  EXPECT_EQ(model()->rowCount(), 1);
}

TEST_F(FacetsPanelTest, AttributesAreAddedWithCompletionRemovedAndRemembered) {
  openFacets();
  EXPECT_TRUE(at("tenant").isValid()) << "chosen by themselves";
  EXPECT_FALSE(at("smtp.code").isValid());
  panel()->findChild<QToolButton*>(QStringLiteral("facetsAdd"))->click();
  auto* edit = panel()->findChild<QLineEdit*>(QStringLiteral("facetsAddEdit"));
  auto* completer = panel()->findChild<KeyCompleter*>();
  QAbstractItemView* popup = completer->findChild<QCompleter*>()->popup();
  EXPECT_TRUE(edit->hasFocus());
  ASSERT_TRUE(QTest::qWaitFor([&] { return !completer->isLooking() && popup->isVisible(); }, 10'000)) << "from the start";
  QTest::keyClicks(edit, QStringLiteral("CODE"));
  picture(m_view, QStringLiteral("traces-facets-add"));
  QTest::keyClick(popup, Qt::Key_Down);
  QTest::keyClick(popup, Qt::Key_Down);
  QTest::keyClick(popup, Qt::Key_Return);
  settle();
  EXPECT_TRUE(at("smtp.code", "550").isValid());
  EXPECT_EQ(tree()->currentIndex(), at("smtp.code"));
  EXPECT_FALSE(edit->isVisible());
  tree()->setCurrentIndex(at("tenant"));
  key(Qt::Key_Delete);
  EXPECT_FALSE(at("tenant").isValid());
  key(Qt::Key_Delete);
  tree()->setCurrentIndex(at("service"));
  key(Qt::Key_Delete);
  EXPECT_TRUE(at("service").isValid()) << "is always there";
  TracesView another(m_session, nullptr);
  another.show();
  ASSERT_TRUE(QTest::qWaitFor([&] { return another.findChild<FacetCounter*>()->isUpToDate(); }, 10'000));
  const auto* facets = another.findChild<FacetsModel*>();
  EXPECT_TRUE(facets->groupOf(QStringLiteral("smtp.code")).isValid());
  EXPECT_FALSE(facets->groupOf(QStringLiteral("tenant")).isValid());
  choose(at("service"), QStringLiteral("Choose the Attributes for Me"));
  EXPECT_TRUE(at("tenant").isValid());
  EXPECT_FALSE(at("smtp.code").isValid());
}

TEST_F(FacetsPanelTest, AnAttributeThatNobodyHasSaysSo) {
  openFacets();
  add("no body");
  const QModelIndex group = at("\"no body\"");
  ASSERT_TRUE(group.isValid());
  EXPECT_EQ(group.data().toString(), QStringLiteral("no body"));
  EXPECT_EQ(tree()->model()->index(0, 0, group).data().toString(), QStringLiteral("No span has this attribute"));
}

TEST_F(FacetsPanelTest, GroupsFoldByAClickAndStayFolded) {
  openFacets();
  click(at("service"));
  EXPECT_FALSE(tree()->isExpanded(at("service")));
  filter()->setText(QStringLiteral("web"));
  settle();
  EXPECT_FALSE(tree()->isExpanded(at("service")));
  EXPECT_TRUE(tree()->isExpanded(at("name")));
  const TracesView another(m_session, nullptr);
  EXPECT_EQ(another.findChild<FacetTree*>()->folded(), QStringList{QStringLiteral("service")});
}

TEST_F(FacetsPanelTest, TheMenuOfAGroupOpensByItsDots) {
  openFacets();
  const QPoint dots = FacetDelegate::menuRect(tree()->visualRect(at("service"))).center();
  QTest::mouseClick(tree()->viewport(), Qt::LeftButton, {}, dots);
  const QPointer<QMenu> menu = m_view.findChild<QMenu*>(QStringLiteral("facetsMenu"));
  ASSERT_NE(menu, nullptr);
  EXPECT_TRUE(menu->isVisible());
  EXPECT_TRUE(tree()->isExpanded(at("service")));
  menu->close();
}

TEST_F(FacetsPanelTest, AnAttributeIsShownOnTheCardsAndRemembered) {
  openFacets();
  const auto* list = m_view.findChild<QTableView*>(QStringLiteral("tracesList"));
  const int height = list->rowHeight(0);
  choose(at("tenant"), QStringLiteral("Show in the List"));
  ASSERT_EQ(model()->attributesOf(model()->traceAt(0)).size(), 1U);
  EXPECT_EQ(model()->attributesOf(model()->traceAt(0))[0].value, QStringLiteral("blue"));
  EXPECT_EQ(model()->attributesOf(model()->traceAt(2))[0].value, QStringLiteral("red"));
  EXPECT_GT(list->rowHeight(0), height);
  EXPECT_TRUE(model()->index(0, 0).data(Qt::AccessibleTextRole).toString().endsWith(QStringLiteral("tenant: blue")));
  add("http.status_code");
  choose(at("http.status_code"), QStringLiteral("Show in the List"));
  EXPECT_EQ(model()->attributesOf(model()->traceAt(2)).size(), 1U) << "what the trace has not is left out";
  picture(m_view, QStringLiteral("traces-columns"));
  TracesView another(m_session, nullptr);
  EXPECT_EQ(another.findChild<TracesModel*>()->query().columns,
            (std::vector<std::string>{"tenant", "http.status_code"}));
  choose(at("tenant"), QStringLiteral("Show in the List"));
  choose(at("http.status_code"), QStringLiteral("Remove “http.status_code”"));
  EXPECT_EQ(model()->query().columns, (std::vector<std::string>{"http.status_code"})) << "whether it has facets or not";
  choose(at("service"), QStringLiteral("Show “http.status_code” in the List No More"));
  EXPECT_EQ(list->rowHeight(0), height);
}

TEST_F(FacetsPanelTest, AreReadAloud) {
  openFacets();
  QAccessibleInterface* all = QAccessible::queryAccessibleInterface(tree());
  ASSERT_NE(all, nullptr);
  EXPECT_EQ(all->text(QAccessible::Name), QStringLiteral("Facets of the traces"));
  EXPECT_EQ(all->role(), QAccessible::Tree);
  const auto says = [all](const QString& text) {
    for (int i = 0; i < all->childCount(); ++i) {
      if (all->child(i)->text(QAccessible::Name) == text) return true;
    }
    return false;
  };
  EXPECT_TRUE(says(QStringLiteral("Service, 4 different values")));
  EXPECT_TRUE(says(QStringLiteral("web, 3 traces")));
  click(at("service", "web"));
  EXPECT_TRUE(says(QStringLiteral("web, 3 traces, in the filter")));
}

TEST_F(FacetsPanelTest, EmptySaysSoAndOtherFilesEmptyThem) {
  button()->click();
  settle();
  EXPECT_EQ(state(), QStringLiteral("No traces to count"));
  EXPECT_FALSE(tree()->isVisible());
  open(kTraces);
  settle();
  EXPECT_TRUE(tree()->isVisible());
  EXPECT_TRUE(at("service", "web").isValid());
  m_session.closeAll();
  EXPECT_EQ(state(), QStringLiteral("No traces to count"));
  EXPECT_FALSE(at("service", "web").isValid());
}

}  // namespace waybill::ui
